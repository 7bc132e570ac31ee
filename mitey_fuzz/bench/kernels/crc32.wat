;; Bytes and a table: makes the table of CRC-32 bit by bit, then sums a text of its own making.
(module
  (memory 1)
  (func $table
    (local $n i32) (local $bit i32) (local $crc i32)
    (loop $entries
      (local.set $crc (local.get $n))
      (local.set $bit (i32.const 8))
      (loop $bits
        (local.set $crc
          (i32.xor
            (i32.shr_u (local.get $crc) (i32.const 1))
            (i32.and
              (i32.sub (i32.const 0) (i32.and (local.get $crc) (i32.const 1)))
              (i32.const 0xedb88320))))
        (br_if $bits (local.tee $bit (i32.sub (local.get $bit) (i32.const 1)))))
      (i32.store offset=1024 (i32.shl (local.get $n) (i32.const 2)) (local.get $crc))
      (br_if $entries (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 256)))))
  (func (export "run") (result i32)
    (local $n i32) (local $crc i32)
    (call $table)
    (local.set $crc (i32.const -1))
    (loop $bytes
      (i32.store8 offset=4096 (local.get $n) (i32.mul (local.get $n) (i32.const 31)))
      (local.set $crc
        (i32.xor
          (i32.load offset=1024
            (i32.shl
              (i32.and
                (i32.xor (local.get $crc) (i32.load8_u offset=4096 (local.get $n)))
                (i32.const 255))
              (i32.const 2)))
          (i32.shr_u (local.get $crc) (i32.const 8))))
      (br_if $bytes (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 20000))))
    (i32.xor (local.get $crc) (i32.const -1))))
