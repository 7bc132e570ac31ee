;; A local is read several times, then written while the old values are still on the stack.
(module
  (func (export "i32") (param i32 i32) (result i32)
    (local.get 0) (local.get 0) (local.get 0)
    (local.set 0 (i32.add (local.get 1) (i32.const 1)))
    (local.get 0) (i32.sub) (i32.mul) (i32.add))
  (func (export "f64") (param f64 f64) (result f64)
    (local.get 0) (local.get 0)
    (local.tee 0 (f64.mul (local.get 1) (local.get 0)))
    (f64.sub) (f64.add))
  (func (export "swap") (param i64 i64) (result i64)
    (local.get 0) (local.get 1)
    (local.set 0) (local.set 1)
    (i64.sub (local.get 0) (local.get 1))))
