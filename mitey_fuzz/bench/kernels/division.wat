;; Division and remainder, by variables and by constants: greatest divisors, powers modulo a prime, decimal digits.
(module
  (func $gcd (param $a i32) (param $b i32) (result i32)
    (local $rest i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $b)))
        (local.set $rest (i32.rem_u (local.get $a) (local.get $b)))
        (local.set $a (local.get $b))
        (local.set $b (local.get $rest))
        (br $next)))
    (local.get $a))
  (func $power (param $base i64) (param $exponent i32) (result i64)
    (local $product i64)
    (local.set $product (i64.const 1))
    (loop $next
      (if (i32.and (local.get $exponent) (i32.const 1))
        (then
          (local.set $product
            (i64.rem_u (i64.mul (local.get $product) (local.get $base)) (i64.const 1000000007)))))
      (local.set $base (i64.rem_u (i64.mul (local.get $base) (local.get $base)) (i64.const 1000000007)))
      (br_if $next (local.tee $exponent (i32.shr_u (local.get $exponent) (i32.const 1)))))
    (local.get $product))
  (func $digits (param $n i32) (result i32)
    (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.rem_s (local.get $n) (i32.const 10))))
      (br_if $next (local.tee $n (i32.div_s (local.get $n) (i32.const 10)))))
    (local.get $sum))
  (func (export "run") (result i64)
    (local $n i32) (local $sum i64)
    (local.set $n (i32.const 1))
    (loop $next
      (local.set $sum
        (i64.add
          (local.get $sum)
          (i64.add
            (call $power (i64.extend_i32_u (local.get $n)) (i32.const 10007))
            (i64.extend_i32_s
              (i32.add
                (call $gcd (i32.mul (local.get $n) (i32.const 360)) (i32.const 75600))
                (call $digits (i32.mul (local.get $n) (i32.const -7654321))))))))
      (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 800))))
    (local.get $sum)))
