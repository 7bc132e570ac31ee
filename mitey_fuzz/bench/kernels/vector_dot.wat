;; SIMD: fills two arrays of f32, four at a time, and takes their dot product.
(module
  (memory 1)
  (func (export "run") (result i32)
    (local $at i32) (local $rounds i32) (local $sum v128) (local $fill v128)
    (local.set $fill (v128.const f32x4 0.5 1.5 2.5 3.5))
    (loop $write
      (v128.store (local.get $at) (local.get $fill))
      (v128.store offset=16384 (local.get $at) (f32x4.sub (local.get $fill) (f32x4.splat (f32.const 100))))
      (local.set $fill (f32x4.add (local.get $fill) (v128.const f32x4 0.25 0.25 0.25 0.25)))
      (br_if $write (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (i32.const 16384))))
    (local.set $rounds (i32.const 10))
    (loop $again
      (local.set $at (i32.const 0))
      (loop $next
        (local.set $sum
          (f32x4.add
            (local.get $sum)
            (f32x4.mul (v128.load (local.get $at)) (v128.load offset=16384 (local.get $at)))))
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (i32.const 16384))))
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (i32.xor
      (i32.xor (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.xor (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum))))))
