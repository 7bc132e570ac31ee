;; Cause: taking the word of a product back makes its position come again, so that a stale note of it named the sum.
;;
;; f i32:2 i32:3 => i32:18
;; g i32:2 i32:3 => i32:26
;; h i32:2 i32:3 => i32:16
(module
  (func (export "f") (param i32 i32) (result i32)
    (i32.add (i32.add (i32.mul (local.get 0) (local.get 1)) (local.get 0))
      (i32.add (i32.mul (local.get 0) (local.get 1)) (i32.add (local.get 0) (local.get 0)))))
  (func (export "g") (param i32 i32) (result i32)
    (i32.add (i32.shl (local.get 1) (i32.const 3)) (local.get 0)))
  (func (export "h") (param i32 i32) (result i32)
    (i32.add (i32.add (i32.add (i32.mul (local.get 0) (local.get 1)) (local.get 0)) (local.get 1)) (i32.const 5))))
