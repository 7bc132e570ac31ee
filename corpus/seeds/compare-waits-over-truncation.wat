;; A comparison whose result is needed after the range checks of a conversion.
(module
  (global $a (mut i32) (i32.const 3))
  (global $b (mut i32) (i32.const 5))
  (global $f (mut f64) (f64.const 6.5))
  (func (export "truncation") (result i32 i32)
    (i32.lt_s (global.get $a) (global.get $b))
    (i32.trunc_f64_s (global.get $f)))
  (func (export "truncation to 64") (result i32 i64)
    (i32.gt_s (global.get $a) (global.get $b))
    (i64.trunc_f64_u (global.get $f))))
