;; call_indirect distinguishes its three traps and compares types by structure.
(module
  (type $unary (func (param i32) (result i32)))
  (type $same (func (param i32) (result i32)))
  (type $other (func (param i64) (result i64)))
  (table 6 funcref)
  (elem (i32.const 0) $inc $neg $long)
  (elem (i32.const 4) $inc)
  (func $inc (type $same) (i32.add (local.get 0) (i32.const 1)))
  (func $neg (type $unary) (i32.sub (i32.const 0) (local.get 0)))
  (func $long (type $other) (i64.mul (local.get 0) (i64.const 3)))
  (func (export "f") (param i32 i32) (result i32) (call_indirect (type $unary) (local.get 1) (local.get 0)))
  (func (export "g") (param i32 i64) (result i64) (call_indirect (type $other) (local.get 1) (local.get 0)))
  (func (export "nested") (param i32) (result i32)
    i32.const 100 (call_indirect (type $unary) (call_indirect (type $unary) (local.get 0) (i32.const 1)) (i32.const 4)) i32.add))
;; f i32:0 i32:41 => i32:42
;; f i32:1 i32:5 => i32:-5
;; f i32:4 i32:1 => i32:2
;; f i32:2 i32:5 => trap indirect call type mismatch
;; f i32:3 i32:5 => trap uninitialized element
;; f i32:6 i32:5 => trap undefined element
;; f i32:-1 i32:5 => trap undefined element
;; g i32:2 i64:5 => i64:15
;; g i32:0 i64:5 => trap indirect call type mismatch
;; nested i32:7 => i32:94
