;; Cause: `local.set` redirected the last word to the local's home because code had not grown since a result was pushed,
;; though that result had been dropped and another value was on top.
;;
;; f i32:5 i32:9 => i32:9
;; g i32:5 => i32:6
(module
  (func (export "f") (param i32 i32) (result i32) (local i32)
    (i32.mul (i32.clz (local.get 0)) (i32.const 0))
    (drop (i32.sub (local.get 0) (local.get 1)))
    (local.set 2)
    (i32.add (local.get 2) (local.get 1)))
  (func (export "g") (param i32) (result i32) (local i32)
    (i32.add (local.get 0) (i32.const 1))
    (i32.add (local.get 0) (i32.const 2))
    (drop)
    (local.set 1)
    (local.get 1)))
