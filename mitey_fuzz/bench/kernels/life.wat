;; Many loads around one address: generations of Conway's game on a torus of bytes.
(module
  (memory 1)
  (func $step (param $from i32) (param $to i32)
    (local $n i32) (local $at i32) (local $near i32)
    (loop $cells
      (local.set $at (i32.add (local.get $from) (local.get $n)))
      (local.set $near
        (i32.add
          (i32.add
            (i32.add (i32.load8_u offset=2015 (local.get $at)) (i32.load8_u offset=2016 (local.get $at)))
            (i32.add (i32.load8_u offset=2017 (local.get $at)) (i32.load8_u offset=2047 (local.get $at))))
          (i32.add
            (i32.add (i32.load8_u offset=2049 (local.get $at)) (i32.load8_u offset=2079 (local.get $at)))
            (i32.add (i32.load8_u offset=2080 (local.get $at)) (i32.load8_u offset=2081 (local.get $at))))))
      (i32.store8 offset=2048
        (i32.add (local.get $to) (local.get $n))
        (i32.or
          (i32.eq (local.get $near) (i32.const 3))
          (i32.and (i32.load8_u offset=2048 (local.get $at)) (i32.eq (local.get $near) (i32.const 2)))))
      (br_if $cells (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1024)))))
  (func (export "run") (result i32)
    (local $n i32) (local $alive i32)
    (loop $sow
      (i32.store8 offset=2048
        (local.get $n)
        (i32.and (i32.shr_u (i32.mul (local.get $n) (i32.const 0x9e3779b1)) (i32.const 17)) (i32.const 1)))
      (br_if $sow (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1024))))
    (local.set $n (i32.const 8))
    (loop $generations
      (call $step (i32.const 0) (i32.const 8192))
      (call $step (i32.const 8192) (i32.const 0))
      (br_if $generations (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (loop $count
      (local.set $alive (i32.add (local.get $alive) (i32.load8_u offset=2048 (local.get $n))))
      (br_if $count (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1024))))
    (local.get $alive)))
