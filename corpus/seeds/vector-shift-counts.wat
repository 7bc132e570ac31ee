;; Shift counts at and beyond each lane's width, constant and not.
(module
  (func (export "bytes") (param v128 i32) (result v128)
    (i8x16.add (i8x16.shr_s (local.get 0) (local.get 1)) (i8x16.shl (local.get 0) (i32.const 8))))
  (func (export "halves") (param v128 i32) (result v128)
    (i16x8.add (i16x8.shr_u (local.get 0) (local.get 1)) (i16x8.shl (local.get 0) (i32.const 17))))
  (func (export "words") (param v128 i32) (result v128)
    (i32x4.add (i32x4.shr_s (local.get 0) (local.get 1)) (i32x4.shr_u (local.get 0) (i32.const 31))))
  (func (export "doubles") (param v128 i32) (result v128)
    (i64x2.add (i64x2.shr_s (local.get 0) (local.get 1)) (i64x2.shl (local.get 0) (i32.const 64)))))
