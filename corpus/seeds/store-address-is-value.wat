;; A store whose address and value are the same operand.
(module
  (memory (export "memory") 1 1)
  (func (export "same") (param i32) (result i32)
    (i32.store offset=4 (local.tee 0 (i32.and (local.get 0) (i32.const 0xfff))) (local.get 0))
    (i32.load offset=4 (local.get 0)))
  (func (export "narrow") (param i32)
    (i32.store8 (i32.rem_u (local.get 0) (i32.const 1000)) (local.get 0)))
  (func (export "constant") (i32.store (i32.const 1024) (i32.const 1024))))
