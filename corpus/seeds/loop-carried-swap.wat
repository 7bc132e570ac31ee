;; A loop whose back edge permutes what it carries: the moves are parallel.
(module
  (func (export "fibonacci") (param i32) (result i64) (local $n i32)
    (local.set $n (i32.and (local.get 0) (i32.const 63)))
    (i64.const 0) (i64.const 1)
    (loop $next (param i64 i64) (result i64 i64)
      (call $step)
      (br_if $next (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (drop))
  (func $step (param i64 i64) (result i64 i64) (local.get 1) (i64.add (local.get 0) (local.get 1)))
  (func (export "rotate") (param f64 f64 f64 i32) (result f64)
    (local.set 3 (i32.const 7))
    (loop $again
      (local.get 0) (local.get 1) (local.get 2)
      (local.set 0) (local.set 2) (local.set 1)
      (br_if $again (local.tee 3 (i32.sub (local.get 3) (i32.const 1)))))
    (f64.sub (f64.mul (local.get 0) (local.get 1)) (local.get 2))))
