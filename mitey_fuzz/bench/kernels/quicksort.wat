;; Memory and recursion: sorts pseudo-random words in place, then folds them in order.
(module
  (memory 1)
  (func $sort (param $low i32) (param $high i32)
    (local $i i32) (local $j i32) (local $pivot i32) (local $word i32)
    (if (i32.ge_s (local.get $low) (local.get $high)) (then (return)))
    (local.set $pivot
      (i32.load
        (i32.and (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)) (i32.const -4))))
    (local.set $i (i32.sub (local.get $low) (i32.const 4)))
    (local.set $j (i32.add (local.get $high) (i32.const 4)))
    (block $met
      (loop $swap
        (loop $up
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (br_if $up (i32.lt_s (i32.load (local.get $i)) (local.get $pivot))))
        (loop $down
          (local.set $j (i32.sub (local.get $j) (i32.const 4)))
          (br_if $down (i32.gt_s (i32.load (local.get $j)) (local.get $pivot))))
        (br_if $met (i32.ge_s (local.get $i) (local.get $j)))
        (local.set $word (i32.load (local.get $i)))
        (i32.store (local.get $i) (i32.load (local.get $j)))
        (i32.store (local.get $j) (local.get $word))
        (br $swap)))
    (call $sort (local.get $low) (local.get $j))
    (call $sort (i32.add (local.get $j) (i32.const 4)) (local.get $high)))
  (func (export "run") (result i32)
    (local $at i32) (local $seed i32) (local $sum i32)
    (local.set $seed (i32.const 12345))
    (loop $fill
      (local.set $seed
        (i32.add (i32.mul (local.get $seed) (i32.const 1103515245)) (i32.const 12345)))
      (i32.store (local.get $at) (local.get $seed))
      (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 8192))))
    (call $sort (i32.const 0) (i32.const 8188))
    (local.set $at (i32.const 0))
    (loop $fold
      (local.set $sum
        (i32.xor (i32.load (local.get $at)) (i32.rotl (local.get $sum) (i32.const 5))))
      (br_if $fold (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 8192))))
    (local.get $sum)))
