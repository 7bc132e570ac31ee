;; Growth gives the old size, stops at the maximum, and keeps contents.
(module
  (memory 0 2)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) memory.size)
  (func (export "put") (param i32) (i32.store8 (local.get 0) (i32.const 77)))
  (func (export "get") (param i32) (result i32) (i32.load8_u (local.get 0))))
;; size => i32:0
;; get i32:0 => trap out of bounds memory access
;; grow i32:1 => i32:0
;; put i32:65535 =>
;; grow i32:2 => i32:-1
;; grow i32:1 => i32:1
;; get i32:65535 => i32:77
;; get i32:65536 => i32:0
;; grow i32:0 => i32:2
;; grow i32:0x80000000 => i32:-1
;; size => i32:2
