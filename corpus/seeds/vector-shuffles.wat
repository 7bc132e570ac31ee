;; Shuffles with an instruction of their own, one without, and both operands the same local.
(module
  (func (export "zip") (param v128 v128) (result v128)
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get 0) (local.get 1)))
  (func (export "ext") (param v128 v128) (result v128)
    (i8x16.shuffle 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 (local.get 0) (local.get 1)))
  (func (export "dup") (param v128 v128) (result v128)
    (i8x16.shuffle 28 29 30 31 28 29 30 31 28 29 30 31 28 29 30 31 (local.get 0) (local.get 1)))
  (func (export "any") (param v128 v128) (result v128)
    (i8x16.shuffle 31 0 13 13 2 22 7 9 16 1 30 4 11 19 0 27 (local.get 0) (local.get 1)))
  (func (export "same") (param v128) (result v128)
    (i8x16.swizzle (i8x16.shuffle 15 30 13 28 11 26 9 24 7 22 5 20 3 18 1 16 (local.get 0) (local.get 0))
                   (local.get 0))))
