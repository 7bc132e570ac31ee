;; Floating point over records: bodies that attract each other, position, velocity and mass behind one address.
(module
  (memory 1)
  (func $advance
    (local $i i32) (local $j i32) (local $dx f64) (local $dy f64) (local $square f64) (local $pull f64)
    (loop $bodies
      (local.set $j (i32.add (local.get $i) (i32.const 40)))
      (block $last
        (loop $others
          (br_if $last (i32.ge_u (local.get $j) (i32.const 200)))
          (local.set $dx (f64.sub (f64.load (local.get $i)) (f64.load (local.get $j))))
          (local.set $dy (f64.sub (f64.load offset=8 (local.get $i)) (f64.load offset=8 (local.get $j))))
          (local.set $square
            (f64.add
              (f64.add
                (f64.mul (local.get $dx) (local.get $dx))
                (f64.mul (local.get $dy) (local.get $dy)))
              (f64.const 0.5)))
          (local.set $pull
            (f64.div (f64.const 0.01) (f64.mul (local.get $square) (f64.sqrt (local.get $square)))))
          (f64.store offset=16
            (local.get $i)
            (f64.sub
              (f64.load offset=16 (local.get $i))
              (f64.mul (local.get $dx) (f64.mul (f64.load offset=32 (local.get $j)) (local.get $pull)))))
          (f64.store offset=24
            (local.get $i)
            (f64.sub
              (f64.load offset=24 (local.get $i))
              (f64.mul (local.get $dy) (f64.mul (f64.load offset=32 (local.get $j)) (local.get $pull)))))
          (f64.store offset=16
            (local.get $j)
            (f64.add
              (f64.load offset=16 (local.get $j))
              (f64.mul (local.get $dx) (f64.mul (f64.load offset=32 (local.get $i)) (local.get $pull)))))
          (f64.store offset=24
            (local.get $j)
            (f64.add
              (f64.load offset=24 (local.get $j))
              (f64.mul (local.get $dy) (f64.mul (f64.load offset=32 (local.get $i)) (local.get $pull)))))
          (local.set $j (i32.add (local.get $j) (i32.const 40)))
          (br $others)))
      (f64.store
        (local.get $i)
        (f64.add
          (f64.load (local.get $i))
          (f64.mul (f64.const 0.01) (f64.load offset=16 (local.get $i)))))
      (f64.store offset=8
        (local.get $i)
        (f64.add
          (f64.load offset=8 (local.get $i))
          (f64.mul (f64.const 0.01) (f64.load offset=24 (local.get $i)))))
      (br_if $bodies (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 40))) (i32.const 200)))))
  (func (export "run") (result i64)
    (local $i i32) (local $steps i32)
    (loop $place
      (f64.store (local.get $i) (f64.convert_i32_u (i32.mul (local.get $i) (local.get $i))))
      (f64.store offset=8 (local.get $i) (f64.convert_i32_s (i32.sub (i32.const 100) (local.get $i))))
      (f64.store offset=32 (local.get $i) (f64.convert_i32_u (i32.add (local.get $i) (i32.const 1))))
      (br_if $place (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 40))) (i32.const 200))))
    (local.set $steps (i32.const 500))
    (loop $step
      (call $advance)
      (br_if $step (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (i64.xor (i64.load (i32.const 0)) (i64.load (i32.const 88)))))
