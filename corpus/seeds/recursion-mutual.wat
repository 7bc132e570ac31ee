;; Two functions call each other with a value live across the call, until a counter ends it.
(module
  (func $even (export "even") (param i32) (result i32)
    (local.set 0 (i32.and (local.get 0) (i32.const 31)))
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 1))
      (else (i32.add (i32.mul (local.get 0) (i32.const 3)) (call $odd (i32.sub (local.get 0) (i32.const 1)))))))
  (func $odd (export "odd") (param i32) (result i32)
    (local.set 0 (i32.and (local.get 0) (i32.const 31)))
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.sub (call $even (i32.sub (local.get 0) (i32.const 1))) (local.get 0))))))
