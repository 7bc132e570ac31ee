;; Many parameters of mixed types arrive in order, many results return in order.
(module
  (func $rev (param i32 i64 f32 f64 i32 i64 f32 f64 i32 i64) (result i64 i32 f64 f32 i64 i32 f64 f32 i64 i32)
    local.get 9 local.get 8 local.get 7 local.get 6 local.get 5 local.get 4 local.get 3 local.get 2 local.get 1 local.get 0)
  (func (export "f") (result i64 i32 f64 f32 i64 i32 f64 f32 i64 i32)
    i32.const 1 i64.const 2 f32.const 3 f64.const 4 i32.const 5 i64.const 6 f32.const 7 f64.const 8 i32.const 9 i64.const 10
    call $rev)
  (func $pair (param i32) (result i32 i32) local.get 0 (i32.mul (local.get 0) (local.get 0)))
  (func (export "chain") (param i32) (result i32) i32.const 1000 local.get 0 call $pair i32.sub call $pair i32.add i32.add))
;; f => i64:10 i32:9 f64:0x4020000000000000 f32:0x40e00000 i64:6 i32:5 f64:0x4010000000000000 f32:0x40400000 i64:2 i32:1
;; chain i32:3 => i32:1030
