;; Truncation traps exactly outside the target's range, and on NaN in its own way.
(module
  (func (export "i32_f32_s") (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
  (func (export "i32_f64_s") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "i32_f64_u") (param f64) (result i32) (i32.trunc_f64_u (local.get 0)))
  (func (export "i64_f64_s") (param f64) (result i64) (i64.trunc_f64_s (local.get 0)))
  (func (export "i64_f32_u") (param f32) (result i64) (i64.trunc_f32_u (local.get 0))))
;; i32_f32_s f32:0xcf000000 => i32:0x80000000
;; i32_f32_s f32:0xcf000001 => trap integer overflow
;; i32_f32_s f32:0x4f000000 => trap integer overflow
;; i32_f64_s f64:0x41dfffffffffffff => i32:0x7fffffff
;; i32_f64_s f64:0xc1e0000000100000 => i32:0x80000000
;; i32_f64_s f64:0xc1e0000000200000 => trap integer overflow
;; i32_f64_u f64:0xbfefffffffffffff => i32:0
;; i32_f64_u f64:0xbff0000000000000 => trap integer overflow
;; i32_f64_u f64:0x41efffffffffffff => i32:0xffffffff
;; i64_f64_s f64:0xc3e0000000000000 => i64:0x8000000000000000
;; i64_f64_s f64:0x43e0000000000000 => trap integer overflow
;; i64_f64_s f64:0x7ff8000000000000 => trap invalid conversion to integer
;; i64_f32_u f32:0x5f7fffff => i64:0xffffff0000000000
;; i64_f32_u f32:0x7f800000 => trap integer overflow
;; i64_f32_u f32:0xffc00000 => trap invalid conversion to integer
