;; An effective address is a 33-bit sum: base and offset together may pass 4 GiB, and then trap instead of wrapping.
(module
  (memory (export "memory") 1 1)
  (data (i32.const 0) "\01\02\03\04\05\06\07\08")
  (func (export "load-far") (param i32) (result i32) (i32.load offset=4294967292 (local.get 0)))
  (func (export "load-near") (param i32) (result i32)
    (i32.load offset=4 (i32.and (local.get 0) (i32.const 4095))))
  (func (export "store-far") (param i32 i64) (i64.store offset=2147483648 (local.get 0) (local.get 1)))
  (func (export "wrapped-sum") (param i32) (result i32)
    (i32.load8_u offset=16 (i32.sub (i32.and (local.get 0) (i32.const 15)) (i32.const 16)))))
