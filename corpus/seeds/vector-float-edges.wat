;; Minimum and maximum of both zeros and NaNs, the pseudo ones, and roundings at ties.
(module
  (func (export "extremes") (param v128 v128) (result v128 v128 v128 v128)
    (f32x4.min (local.get 0) (local.get 1)) (f32x4.max (local.get 0) (local.get 1))
    (f32x4.pmin (local.get 0) (local.get 1)) (f32x4.pmax (local.get 0) (local.get 1)))
  (func (export "zeros") (result v128 v128)
    (f64x2.min (v128.const f64x2 0 -0) (v128.const f64x2 -0 0))
    (f64x2.pmax (v128.const f64x2 0 nan) (v128.const f64x2 -0 1)))
  (func (export "nearest") (result v128 v128)
    (f32x4.nearest (v128.const f32x4 0.5 1.5 -2.5 8388609))
    (f64x2.nearest (v128.const f64x2 -0.5 4503599627370497.5))))
