;; Growth shows the old size, zeroed pages and a failure past the maximum; accesses that trapped work then.
(module
  (memory (export "memory") 1 3)
  (func (export "grow") (param i32) (result i32) (memory.grow (i32.and (local.get 0) (i32.const 1))))
  (func (export "far") (param i32) (result i32)
    (i32.store offset=65536 (i32.const 0) (local.get 0))
    (i32.add (i32.load offset=65536 (i32.const 0)) (memory.size)))
  (func (export "too-much") (result i32) (memory.grow (i32.const -1)) (memory.grow (i32.const 65536)) (i32.or))
  (func (export "across") (param i64) (result i64)
    (i64.store offset=65532 (i32.const 0) (local.get 0))
    (i64.load offset=65532 (i32.const 0))))
