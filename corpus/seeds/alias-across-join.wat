;; An alias made before an if is still the old value after one arm has written the local.
(module
  (func (export "f") (param i32 i32) (result i32)
    (local.get 0)
    (if (local.get 1)
      (then (local.set 0 (i32.const 77)))
      (else (nop)))
    (local.get 0)
    (i32.shl (i32.const 8))
    (i32.xor)))
