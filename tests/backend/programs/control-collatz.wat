;; A loop of data-dependent length.
(module
  (func (export "steps") (param $n i64) (result i32) (local $s i32)
    (block $done (loop $next
      (br_if $done (i64.eq (local.get $n) (i64.const 1)))
      (local.set $n (if (result i64) (i64.eqz (i64.and (local.get $n) (i64.const 1)))
        (then (i64.shr_u (local.get $n) (i64.const 1)))
        (else (i64.add (i64.mul (local.get $n) (i64.const 3)) (i64.const 1)))))
      (local.set $s (i32.add (local.get $s) (i32.const 1)))
      (br $next)))
    local.get $s))
;; steps i64:1 => i32:0
;; steps i64:27 => i32:111
;; steps i64:837799 => i32:524
