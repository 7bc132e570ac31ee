;; min, max, copysign, neg and abs on zeros of both signs and on NaNs of every kind, as bits.
(module
  (func (export "min") (param i32 i32) (result i32)
    (i32.reinterpret_f32 (f32.min (f32.reinterpret_i32 (local.get 0)) (f32.reinterpret_i32 (local.get 1)))))
  (func (export "max") (param f64 f64) (result i64) (i64.reinterpret_f64 (f64.max (local.get 0) (local.get 1))))
  (func (export "zeros") (result i64)
    (i64.or
      (i64.reinterpret_f64 (f64.min (f64.const 0) (f64.const -0)))
      (i64.shr_u (i64.reinterpret_f64 (f64.max (f64.const -0) (f64.const -0))) (i64.const 1))))
  (func (export "copysign") (param f32 f32) (result i32)
    (i32.reinterpret_f32 (f32.copysign (local.get 0) (local.get 1))))
  (func (export "signs-of-nan") (param f64) (result i64)
    (i64.xor (i64.reinterpret_f64 (f64.neg (local.get 0))) (i64.reinterpret_f64 (f64.abs (local.get 0)))))
  (func (export "quieted") (param f32) (result i64)
    (i64.reinterpret_f64 (f64.promote_f32 (local.get 0)))))
