;; select takes the first operand for every condition but zero, whatever the type.
(module
  (func (export "i") (param i32 i32 i32) (result i32) (select (local.get 0) (local.get 1) (local.get 2)))
  (func (export "l") (param i64 i64 i32) (result i64) (select (local.get 0) (local.get 1) (local.get 2)))
  (func (export "f") (param f32 f32 i32) (result f32) (select (local.get 0) (local.get 1) (local.get 2)))
  (func (export "d") (param f64 f64 i32) (result f64) (select (local.get 0) (local.get 1) (local.get 2))))
;; i i32:1 i32:2 i32:0 => i32:2
;; i i32:1 i32:2 i32:0x80000000 => i32:1
;; l i64:0x8000000000000000 i64:-2 i32:256 => i64:0x8000000000000000
;; f f32:0x7fa00001 f32:0 i32:1 => f32:0x7fa00001
;; d f64:0 f64:0xfff0000000000001 i32:0 => f64:0xfff0000000000001
