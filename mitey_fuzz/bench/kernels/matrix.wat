;; Floating point in memory: multiplies two matrices of f64, rows by columns.
(module
  (memory 1)
  (func $at (param $row i32) (param $column i32) (result i32)
    (i32.shl (i32.add (i32.mul (local.get $row) (i32.const 24)) (local.get $column)) (i32.const 3)))
  (func (export "run") (result i64)
    (local $i i32) (local $j i32) (local $k i32) (local $sum f64) (local $trace f64)
    (loop $fill
      (f64.store
        (i32.shl (local.get $i) (i32.const 3))
        (f64.div (f64.convert_i32_s (i32.rem_s (local.get $i) (i32.const 17))) (f64.const 4)))
      (f64.store offset=8192
        (i32.shl (local.get $i) (i32.const 3))
        (f64.convert_i32_s (i32.sub (i32.const 300) (local.get $i))))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 576))))
    (local.set $i (i32.const 0))
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (local.set $sum (f64.const 0))
        (local.set $k (i32.const 0))
        (loop $inner
          (local.set $sum
            (f64.add
              (local.get $sum)
              (f64.mul
                (f64.load
                  (i32.shl (i32.add (i32.mul (local.get $i) (i32.const 24)) (local.get $k)) (i32.const 3)))
                (f64.load offset=8192
                  (i32.shl (i32.add (i32.mul (local.get $k) (i32.const 24)) (local.get $j)) (i32.const 3))))))
          (br_if $inner (i32.lt_s (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 24))))
        (f64.store offset=16384 (call $at (local.get $i) (local.get $j)) (local.get $sum))
        (br_if $columns (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 24))))
      (local.set $trace
        (f64.add (local.get $trace) (f64.load offset=16384 (call $at (local.get $i) (local.get $i)))))
      (br_if $rows (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 24))))
    (i64.reinterpret_f64 (local.get $trace))))
