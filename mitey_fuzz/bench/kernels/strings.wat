;; Byte loops: writes a text of words, copies it eight bytes at a time and byte by byte, and measures its words.
(module
  (memory 1)
  (func $copy (param $to i32) (param $from i32) (param $count i32)
    (block $bytes
      (loop $words
        (br_if $bytes (i32.lt_u (local.get $count) (i32.const 8)))
        (i64.store (local.get $to) (i64.load (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 8)))
        (br $words)))
    (block $done
      (loop $rest
        (br_if $done (i32.eqz (local.get $count)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $rest))))
  (func $length (param $text i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $text))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $text)))
  (func (export "run") (result i32)
    (local $n i32) (local $at i32) (local $size i32) (local $sum i32)
    (loop $write
      (i32.store8
        (local.get $n)
        (select
          (i32.const 0)
          (i32.add (i32.rem_u (local.get $n) (i32.const 26)) (i32.const 97))
          (i32.eqz (i32.rem_u (i32.mul (local.get $n) (local.get $n)) (i32.const 11)))))
      (br_if $write (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10003))))
    (call $copy (i32.const 20000) (i32.const 0) (i32.const 10003))
    (local.set $at (i32.const 20000))
    (loop $words
      (local.set $size (call $length (local.get $at)))
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 33)) (local.get $size)))
      (local.set $at (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 1)))
      (br_if $words (i32.lt_u (local.get $at) (i32.const 30000))))
    (local.get $sum)))
