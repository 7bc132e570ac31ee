;; Mutable and constant globals of every number type, read after being written in the same body.
(module
  (global $i (export "i") (mut i32) (i32.const -1))
  (global $l (export "l") (mut i64) (i64.const 0x8000000000000000))
  (global $f (export "f") (mut f32) (f32.const nan:0x200001))
  (global $d (export "d") (mut f64) (f64.const -0))
  (global $c (export "c") i64 (i64.const 42))
  (func (export "rotate") (param i32 i64 f32 f64) (result i64)
    (global.get $l)
    (global.set $l (i64.add (local.get 1) (global.get $c)))
    (global.set $i (i32.xor (global.get $i) (local.get 0)))
    (global.set $f (local.get 2))
    (global.set $d (f64.add (global.get $d) (local.get 3)))
    (i64.add (global.get $l))))
