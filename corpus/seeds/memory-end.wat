;; Accesses that touch the last byte, cross it, and start behind it, of every width; a trapping store writes nothing.
(module
  (memory (export "memory") 1 2)
  (func (export "store64") (param i32 i64) (i64.store (i32.sub (i32.const 65536) (i32.and (local.get 0) (i32.const 15))) (local.get 1)))
  (func (export "store16") (param i32 i32)
    (i32.store16 offset=65535 (i32.sub (i32.and (local.get 0) (i32.const 3)) (i32.const 1)) (local.get 1)))
  (func (export "store16-last") (param i32) (i32.store16 offset=65534 (i32.const 0) (local.get 0)))
  (func (export "load32") (param i32) (result i32)
    (i32.load offset=65520 (i32.and (local.get 0) (i32.const 15))))
  (func (export "load8") (param i32) (result i32) (i32.load8_s offset=65535 (i32.and (local.get 0) (i32.const 1))))
  (func (export "loadf") (param i32) (result f64) (f64.load offset=65528 (i32.and (local.get 0) (i32.const 1)))))
