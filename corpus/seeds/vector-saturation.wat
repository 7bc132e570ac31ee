;; Where lanes saturate and round: sums, narrowing, products of fixed point, truncations of NaN and infinity.
(module
  (func (export "sums") (param v128 v128) (result v128 v128)
    (i8x16.add_sat_u (local.get 0) (local.get 1))
    (i16x8.sub_sat_s (local.get 0) (local.get 1)))
  (func (export "narrow") (param v128 v128) (result v128 v128)
    (i8x16.narrow_i16x8_u (local.get 0) (local.get 1))
    (i16x8.narrow_i32x4_s (local.get 0) (local.get 1)))
  (func (export "fixed") (result v128)
    (i16x8.q15mulr_sat_s (v128.const i16x8 -32768 -32768 32767 1 -1 16384 -16384 0)
                         (v128.const i16x8 -32768 32767 32767 -32768 -1 2 3 0)))
  (func (export "truncate") (result v128 v128)
    (i32x4.trunc_sat_f32x4_u (v128.const f32x4 nan inf -1 4294967295))
    (i32x4.trunc_sat_f64x2_s_zero (v128.const f64x2 -2147483649 nan:0x1))))
