;; Functions with more results than registers, in an order that shows any swap.
(module
  (func $many (param i32 i64) (result i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 i32 i64)
    (local.get 0) (local.get 1) (f32.convert_i32_s (local.get 0)) (f64.convert_i64_u (local.get 1))
    (i32.add (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 1)) (f32.const -0) (f64.const inf)
    (i32.wrap_i64 (local.get 1)) (i64.extend_i32_s (local.get 0)) (i32.const 4096) (i64.const -4097))
  (func (export "f") (param i32 i64) (result i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 i32 i64)
    (call $many (i32.xor (local.get 0) (i32.const 5)) (local.get 1)))
  (func (export "early") (param i32) (result i64 i32)
    (if (local.get 0) (then (return (i64.const 1) (i32.const 2))))
    (i64.const 3) (local.get 0)))
