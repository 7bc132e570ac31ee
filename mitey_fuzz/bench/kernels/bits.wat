;; Counting bits: sets of bits in words, walked by their lowest member.
(module
  (func (export "run") (result i64)
    (local $word i64) (local $left i32) (local $rest i64) (local $sum i64)
    (local.set $word (i64.const 0x123456789abcdef))
    (local.set $left (i32.const 1500))
    (loop $next
      (local.set $word
        (i64.add (i64.mul (local.get $word) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
      (local.set $sum
        (i64.add
          (local.get $sum)
          (i64.sub (i64.popcnt (local.get $word)) (i64.clz (local.get $word)))))
      (local.set $rest (i64.and (local.get $word) (i64.const 0xffff00)))
      (block $empty
        (loop $members
          (br_if $empty (i64.eqz (local.get $rest)))
          (local.set $sum (i64.add (local.get $sum) (i64.ctz (local.get $rest))))
          (local.set $rest (i64.and (local.get $rest) (i64.sub (local.get $rest) (i64.const 1))))
          (br $members)))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (local.get $sum)))
