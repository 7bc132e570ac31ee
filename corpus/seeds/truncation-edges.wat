;; Float to integer: the last values that fit, the first that trap, and the saturating forms beside them.
(module
  (func (export "i32-f64-s") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "i64-f32-u") (param f32) (result i64) (i64.trunc_f32_u (local.get 0)))
  (func (export "edges") (param i32) (result i32)
    (i32.trunc_f64_s (f64.sub (f64.const 2147483648) (f64.convert_i32_u (i32.and (local.get 0) (i32.const 1))))))
  (func (export "below") (result i32)
    (i32.add (i32.trunc_f64_s (f64.const -2147483648.9)) (i32.trunc_f64_u (f64.const -0.9999999999999999))))
  (func (export "saturating") (param f64 f32) (result i64)
    (i64.xor (i64.trunc_sat_f64_u (local.get 0)) (i64.extend_i32_s (i32.trunc_sat_f32_s (local.get 1))))))
