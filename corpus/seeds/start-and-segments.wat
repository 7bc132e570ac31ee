;; Segments, then the start function, have run before the first call; a segment's offset comes from a global.
(module
  (import "host" "base" (global $base i32))
  (memory (export "memory") 1 1)
  (table (export "table") 4 4 funcref)
  (global $started (export "started") (mut i32) (i32.const 0))
  (data (global.get $base) "abcdefgh")
  (data (i32.const 4) "WXYZ")
  (elem (i32.const 2) $get)
  (func $init (global.set $started (i32.load (i32.const 2))) (i32.store (i32.const 100) (i32.const -1)))
  (start $init)
  (func $get (result i32) (global.get $started))
  (func (export "call") (param i32) (result i32)
    (call_indirect (result i32) (i32.or (i32.and (local.get 0) (i32.const 1)) (i32.const 2)))))
