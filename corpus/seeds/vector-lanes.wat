;; Lanes replaced, extracted with and without sign, and an aliased vector that is written while the old one lives.
(module
  (func (export "replace") (param v128 i32) (result v128 v128)
    (local.get 0)
    (local.set 0 (i8x16.replace_lane 15 (local.get 0) (local.get 1)))
    (i16x8.replace_lane 0 (local.get 0) (i32.const -1)))
  (func (export "extract") (param v128) (result i32 i32 i64 f32 f64)
    (i8x16.extract_lane_s 7 (local.get 0))
    (i16x8.extract_lane_u 7 (local.get 0))
    (i64x2.extract_lane 1 (local.get 0))
    (f32x4.extract_lane 3 (local.get 0))
    (f64x2.extract_lane 0 (local.get 0))))
