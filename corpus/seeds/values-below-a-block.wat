;; Values that lie below a block survive it, whichever way it is left.
(module
  (func (export "f") (param i32 f64 i64) (result i64)
    (i64.add (local.get 2) (i64.const 1))
    (f64.add (local.get 1) (f64.const 1))
    (i32.add (local.get 0) (i32.const 1))
    (block
      (br_if 0 (i32.and (local.get 0) (i32.const 1)))
      (local.set 0 (i32.const 0)) (local.set 1 (f64.const 0)) (local.set 2 (i64.const 0))
      (loop (br_if 1 (i32.eqz (local.get 0))) (unreachable)))
    (f64.convert_i32_s) (f64.mul) (i64.reinterpret_f64) (i64.xor)))
