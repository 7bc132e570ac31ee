;; An access traps exactly when its last byte lies past the end, offset and address added in 33 bits, and writes nothing.
(module
  (memory (export "m") 1 2)
  (func (export "load8") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "load64") (param i32) (result i64) (i64.load (local.get 0)))
  (func (export "far") (param i32) (result i32) (i32.load offset=0xffffffff (local.get 0)))
  (func (export "offset") (param i32) (result i32) (i32.load8_u offset=65535 (local.get 0)))
  (func (export "store32") (param i32) (i32.store (local.get 0) (i32.const -1)))
  (func (export "store64") (param i32) (i64.store (local.get 0) (i64.const -1)))
  (func (export "storef") (param i32) (f64.store offset=1 (local.get 0) (f64.const 1)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1))))
;; load8 i32:65535 => i32:0
;; load8 i32:65536 => trap out of bounds memory access
;; load8 i32:-1 => trap out of bounds memory access
;; load64 i32:65528 => i64:0
;; load64 i32:65529 => trap out of bounds memory access
;; far i32:0 => trap out of bounds memory access
;; far i32:1 => trap out of bounds memory access
;; far i32:-1 => trap out of bounds memory access
;; offset i32:0 => i32:0
;; offset i32:1 => trap out of bounds memory access
;; store32 i32:65533 => trap out of bounds memory access
;; store64 i32:65529 => trap out of bounds memory access
;; storef i32:65528 => trap out of bounds memory access
;; load64 i32:65528 => i64:0
;; grow => i32:1
;; load64 i32:65529 => i64:0
;; store32 i32:65533 =>
;; load64 i32:65532 => i64:0xffffffff00
