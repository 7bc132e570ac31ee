;; Floating point in registers: counts the points of a grid whose orbits stay near.
(module
  (func (export "run") (result i32)
    (local $row i32) (local $column i32) (local $left i32) (local $count i32)
    (local $cx f64) (local $cy f64) (local $x f64) (local $y f64) (local $xx f64) (local $yy f64)
    (loop $rows
      (local.set $cy (f64.sub (f64.div (f64.convert_i32_s (local.get $row)) (f64.const 16)) (f64.const 1)))
      (local.set $column (i32.const 0))
      (loop $columns
        (local.set $cx (f64.sub (f64.div (f64.convert_i32_s (local.get $column)) (f64.const 16)) (f64.const 1.5)))
        (local.set $x (f64.const 0))
        (local.set $y (f64.const 0))
        (local.set $left (i32.const 50))
        (block $escaped
          (loop $orbit
            (local.set $xx (f64.mul (local.get $x) (local.get $x)))
            (local.set $yy (f64.mul (local.get $y) (local.get $y)))
            (br_if $escaped (f64.gt (f64.add (local.get $xx) (local.get $yy)) (f64.const 4)))
            (local.set $y
              (f64.add (f64.mul (f64.add (local.get $x) (local.get $x)) (local.get $y)) (local.get $cy)))
            (local.set $x (f64.add (f64.sub (local.get $xx) (local.get $yy)) (local.get $cx)))
            (br_if $orbit (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
          (local.set $count (i32.add (local.get $count) (i32.const 1))))
        (br_if $columns
          (i32.lt_s (local.tee $column (i32.add (local.get $column) (i32.const 1))) (i32.const 32))))
      (br_if $rows (i32.lt_s (local.tee $row (i32.add (local.get $row) (i32.const 1))) (i32.const 32))))
    (local.get $count)))
