;; Blocks, loops and branches carry values past what lies below them.
(module
  (func (export "below") (param i32) (result i32)
    i32.const 1000
    (block (result i32) i32.const 7 i32.const 8 i32.const 9 local.get 0 br_if 0 drop drop)
    i32.add)
  (func (export "three") (param i32) (result i32 i64 i32)
    (block (result i32 i64 i32)
      i32.const 99 i32.const 1 i64.const 2 i32.const 3
      local.get 0 br_if 0
      drop drop drop drop i32.const 4 i64.const 5 i32.const 6))
  (func (export "deep") (param i32) (result i32)
    (block (result i32) (block (result i32) (block (result i32)
      i32.const 5 i32.const 50 local.get 0 br_table 0 1 2)
      i32.const 100 i32.add) i32.const 1000 i32.add)))
;; below i32:0 => i32:1007
;; below i32:1 => i32:1009
;; three i32:0 => i32:4 i64:5 i32:6
;; three i32:1 => i32:1 i64:2 i32:3
;; deep i32:0 => i32:1150
;; deep i32:1 => i32:1050
;; deep i32:2 => i32:50
;; deep i32:-1 => i32:50
