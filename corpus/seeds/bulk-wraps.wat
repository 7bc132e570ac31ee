;; Bulk operations of no length at the very end, and of ranges that wrap around 32 bits.
(module
  (memory (export "m") 1)
  (data $d "0123456789")
  (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 7) (local.get 1)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "nothing") (memory.fill (i32.const 65536) (i32.const 1) (i32.const 0))
    (memory.copy (i32.const 65536) (i32.const 65536) (i32.const 0)))
  (func (export "wrap") (memory.copy (i32.const 16) (i32.const -8) (i32.const 16)))
  (func (export "overlap") (result i64)
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 10))
    (memory.copy (i32.const 3) (i32.const 0) (i32.const 8))
    (memory.copy (i32.const 0) (i32.const 2) (i32.const 8))
    (i64.load (i32.const 2))))
