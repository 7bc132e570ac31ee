;; Conversions to floats round once, to nearest even.
(module
  (func (export "u64") (param i64) (result f32) (f32.convert_i64_u (local.get 0)))
  (func (export "s64") (param i64) (result f64) (f64.convert_i64_s (local.get 0)))
  (func (export "demote") (param f64) (result f32) (f32.demote_f64 (local.get 0)))
  (func (export "promote") (param f32) (result f64) (f64.promote_f32 (local.get 0))))
;; u64 i64:0xffffff8000000000 => f32:0x5f800000
;; u64 i64:0xffffff7fffffffff => f32:0x5f7fffff
;; u64 i64:0x8000008000000001 => f32:0x5f000001
;; s64 i64:0x7fffffffffffffff => f64:0x43e0000000000000
;; demote f64:0x47efffffe0000000 => f32:0x7f7fffff
;; demote f64:0x47effffff0000000 => f32:0x7f800000
;; demote f64:0x7ff4000000000000 => f32:0x7fc00000
;; promote f32:0x00000001 => f64:0x36a0000000000000
