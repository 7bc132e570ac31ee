;; The three ways in which an indirect call traps: no such element, a null one, one of another type.
(module
  (type $i (func (result i32)))
  (type $l (func (result i64)))
  (table (export "table") 5 5 funcref)
  (elem (i32.const 0) $one $wide)
  (elem (i32.const 3) $two)
  (func $one (type $i) (i32.const 1))
  (func $two (type $i) (i32.const 2))
  (func $wide (type $l) (i64.const 3))
  (func (export "any") (param i32) (result i32) (call_indirect (type $i) (local.get 0)))
  (func (export "few") (param i32) (result i32)
    (call_indirect (type $i) (i32.and (local.get 0) (i32.const 7)))))
