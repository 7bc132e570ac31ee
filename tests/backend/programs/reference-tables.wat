;; features: wasm-2.0
;; References live in tables, locals and globals, and null is told apart.
(module
  (table $t 3 externref) (table $f 2 funcref) (global $g (mut externref) (ref.null extern))
  (elem (table $f) (i32.const 1) func $seven)
  (type $r (func (result i32)))
  (func $seven (result i32) i32.const 7)
  (func (export "set") (param i32 externref) (table.set $t (local.get 0) (local.get 1)) (global.set $g (local.get 1)))
  (func (export "get") (param i32) (result externref externref) (table.get $t (local.get 0)) (global.get $g))
  (func (export "null") (param i32) (result i32) (ref.is_null (table.get $f (local.get 0))))
  (func (export "call") (param i32) (result i32) (call_indirect $f (type $r) (local.get 0)))
  (func (export "move") (table.set $f (i32.const 0) (table.get $f (i32.const 1))) (table.set $f (i32.const 1) (ref.null func)))
  (func (export "grow") (param externref i32) (result i32 i32)
    (table.grow $t (local.get 0) (local.get 1)) (table.size $t)))
;; set i32:1 externref:5 =>
;; get i32:1 => externref:5 externref:5
;; get i32:0 => externref:-1 externref:5
;; get i32:3 => trap out of bounds table access
;; set i32:3 externref:9 => trap out of bounds table access
;; get i32:0 => externref:-1 externref:5
;; null i32:0 => i32:1
;; null i32:1 => i32:0
;; call i32:1 => i32:7
;; move =>
;; call i32:0 => i32:7
;; call i32:1 => trap uninitialized element
;; grow externref:8 i32:2 => i32:3 i32:5
;; get i32:4 => externref:8 externref:5
