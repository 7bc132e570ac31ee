;; Globals of every type keep their bits; tee leaves its value.
(module
  (global $i (mut i32) (i32.const -1)) (global $l (mut i64) (i64.const -2))
  (global $f (mut f32) (f32.const nan:0x200001)) (global $d (mut f64) (f64.const -0.0))
  (func (export "get") (result i32 i64 f32 f64) global.get $i global.get $l global.get $f global.get $d)
  (func (export "set") (param i32 i64 f32 f64)
    (global.set $i (local.get 0)) (global.set $l (local.get 1)) (global.set $f (local.get 2)) (global.set $d (local.get 3)))
  (func (export "tee") (param i32) (result i32) (local i32)
    (i32.mul (local.tee 1 (i32.add (local.get 0) (i32.const 1))) (local.get 1))))
;; get => i32:-1 i64:-2 f32:0x7fa00001 f64:0x8000000000000000
;; set i32:7 i64:0x123456789 f32:0xffffffff f64:0x7ff0000000000001 =>
;; get => i32:7 i64:0x123456789 f32:0xffffffff f64:0x7ff0000000000001
;; tee i32:4 => i32:25
