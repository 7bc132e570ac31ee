;; A thousand frames fit in every engine.
(module
  (func $sum (export "sum") (param i32) (result i64)
    (if (result i64) (i32.eqz (local.get 0)) (then (i64.const 0))
      (else (i64.add (i64.extend_i32_u (local.get 0)) (call $sum (i32.sub (local.get 0) (i32.const 1))))))))
;; sum i32:1000 => i64:500500
