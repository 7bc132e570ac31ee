;; Shifts and rotations by constants and variables, at and beyond the width.
(module
  (func (export "var32") (param i32 i32) (result i32)
    (i32.xor (i32.shl (local.get 0) (local.get 1)) (i32.rotr (local.get 0) (local.get 1))))
  (func (export "var64") (param i64 i64) (result i64)
    (i64.xor (i64.shr_s (local.get 0) (local.get 1)) (i64.rotl (local.get 0) (local.get 1))))
  (func (export "const32") (param i32) (result i32)
    (i32.shl (local.get 0) (i32.const 32)) (i32.xor (i32.shr_u (local.get 0) (i32.const 33)))
    (i32.add (i32.shr_s (local.get 0) (i32.const 31))) (i32.xor (i32.rotl (local.get 0) (i32.const 0)))
    (i32.sub (i32.rotr (local.get 0) (i32.const 63))))
  (func (export "const64") (param i64) (result i64)
    (i64.shl (local.get 0) (i64.const 64)) (i64.xor (i64.shr_u (local.get 0) (i64.const 65)))
    (i64.add (i64.shr_s (local.get 0) (i64.const 63))) (i64.sub (i64.rotl (local.get 0) (i64.const 127)))))
