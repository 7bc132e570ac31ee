;; Rotations and logic: compression rounds in the manner of SHA-256, over a schedule made on the way.
(module
  (memory 1)
  (func $schedule
    (local $at i32) (local $x i32) (local $y i32)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $x (i32.load (i32.sub (local.get $at) (i32.const 60))))
      (local.set $y (i32.load (i32.sub (local.get $at) (i32.const 8))))
      (i32.store
        (local.get $at)
        (i32.add
          (i32.add
            (i32.load (i32.sub (local.get $at) (i32.const 64)))
            (i32.xor
              (i32.xor (i32.rotr (local.get $x) (i32.const 7)) (i32.rotr (local.get $x) (i32.const 18)))
              (i32.shr_u (local.get $x) (i32.const 3))))
          (i32.add
            (i32.load (i32.sub (local.get $at) (i32.const 28)))
            (i32.xor
              (i32.xor (i32.rotr (local.get $y) (i32.const 17)) (i32.rotr (local.get $y) (i32.const 19)))
              (i32.shr_u (local.get $y) (i32.const 10))))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 256)))))
  (func $compress (result i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (local $at i32) (local $t i32)
    (local.set $a (i32.const 0x6a09e667))
    (local.set $b (i32.const 0xbb67ae85))
    (local.set $c (i32.const 0x3c6ef372))
    (local.set $d (i32.const 0xa54ff53a))
    (local.set $e (i32.const 0x510e527f))
    (local.set $f (i32.const 0x9b05688c))
    (local.set $g (i32.const 0x1f83d9ab))
    (local.set $h (i32.const 0x5be0cd19))
    (loop $next
      (local.set $t
        (i32.add
          (i32.add
            (local.get $h)
            (i32.xor
              (i32.xor (i32.rotr (local.get $e) (i32.const 6)) (i32.rotr (local.get $e) (i32.const 11)))
              (i32.rotr (local.get $e) (i32.const 25))))
          (i32.add
            (i32.xor
              (i32.and (local.get $e) (local.get $f))
              (i32.and (i32.xor (local.get $e) (i32.const -1)) (local.get $g)))
            (i32.load (local.get $at)))))
      (local.set $h (local.get $g))
      (local.set $g (local.get $f))
      (local.set $f (local.get $e))
      (local.set $e (i32.add (local.get $d) (local.get $t)))
      (local.set $t
        (i32.add
          (local.get $t)
          (i32.add
            (i32.xor
              (i32.xor (i32.rotr (local.get $a) (i32.const 2)) (i32.rotr (local.get $a) (i32.const 13)))
              (i32.rotr (local.get $a) (i32.const 22)))
            (i32.xor
              (i32.xor (i32.and (local.get $a) (local.get $b)) (i32.and (local.get $a) (local.get $c)))
              (i32.and (local.get $b) (local.get $c))))))
      (local.set $d (local.get $c))
      (local.set $c (local.get $b))
      (local.set $b (local.get $a))
      (local.set $a (local.get $t))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 256))))
    (i32.xor (local.get $a) (local.get $h)))
  (func (export "run") (result i32)
    (local $round i32)
    (loop $next
      (call $schedule)
      (i32.store (i32.shl (i32.and (local.get $round) (i32.const 15)) (i32.const 2)) (call $compress))
      (br_if $next
        (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 100))))
    (i32.load (i32.const 0))))
