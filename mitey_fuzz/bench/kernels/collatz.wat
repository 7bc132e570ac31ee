;; Branches on a low bit, 64-bit arithmetic: the longest Collatz sequence below a bound.
(module
  (func (export "run") (result i32)
    (local $start i64) (local $n i64) (local $steps i32) (local $most i32)
    (local.set $start (i64.const 1))
    (loop $starts
      (local.set $n (local.get $start))
      (local.set $steps (i32.const 0))
      (block $done
        (loop $next
          (br_if $done (i64.eq (local.get $n) (i64.const 1)))
          (if (i64.eqz (i64.and (local.get $n) (i64.const 1)))
            (then (local.set $n (i64.shr_u (local.get $n) (i64.const 1))))
            (else (local.set $n (i64.add (i64.mul (local.get $n) (i64.const 3)) (i64.const 1)))))
          (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
          (br $next)))
      (local.set $most
        (select (local.get $steps) (local.get $most) (i32.gt_u (local.get $steps) (local.get $most))))
      (local.set $start (i64.add (local.get $start) (i64.const 1)))
      (br_if $starts (i64.lt_u (local.get $start) (i64.const 700))))
    (local.get $most)))
