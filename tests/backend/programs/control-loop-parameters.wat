;; A loop's parameters are replaced by every branch back to it.
(module
  (func (export "gcd") (param i64 i64) (result i64)
    local.get 0 local.get 1
    (loop (param i64 i64) (result i64)
      local.set 1 local.set 0
      (if (result i64) (i64.eqz (local.get 1))
        (then local.get 0)
        (else local.get 1 (i64.rem_u (local.get 0) (local.get 1)) br 1)))))
;; gcd i64:1071 i64:462 => i64:21
;; gcd i64:0 i64:5 => i64:5
;; gcd i64:-1 i64:3 => i64:3
