;; features: wasm-2.0
;; Saturating truncation never traps.
(module
  (func (export "s") (param f64) (result i32) (i32.trunc_sat_f64_s (local.get 0)))
  (func (export "u") (param f32) (result i64) (i64.trunc_sat_f32_u (local.get 0))))
;; s f64:0x7ff0000000000000 => i32:0x7fffffff
;; s f64:0xfff0000000000000 => i32:0x80000000
;; s f64:0x7ff8000000000000 => i32:0
;; u f32:0xbf800000 => i64:0
;; u f32:0x7f800000 => i64:-1
