;; Nested loops over bytes: counts primes by Eratosthenes' sieve.
(module
  (memory 1)
  (func (export "run") (result i32)
    (local $n i32) (local $multiple i32) (local $count i32)
    (local.set $n (i32.const 2))
    (loop $numbers
      (if (i32.eqz (i32.load8_u (local.get $n)))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $multiple (i32.mul (local.get $n) (local.get $n)))
          (block $crossed
            (loop $cross
              (br_if $crossed (i32.ge_u (local.get $multiple) (i32.const 20000)))
              (i32.store8 (local.get $multiple) (i32.const 1))
              (local.set $multiple (i32.add (local.get $multiple) (local.get $n)))
              (br $cross)))))
      (br_if $numbers (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 20000))))
    (local.get $count)))
