;; Many locals where another function has just left its own: all must start with zero.
(module
  (func $dirty
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
           i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local.set 9 (i64.const -1)) (local.set 10 (i64.const -1)) (local.set 11 (i64.const -1))
    (local.set 34 (i64.const -1)) (local.set 35 (i64.const -1)) (local.set 36 (i64.const -1))
    (local.set 37 (i64.const -1)) (local.set 38 (i64.const -1)) (local.set 39 (i64.const -1)))
  (func $clean (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
           i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i64.or (local.get 9) (i64.or (local.get 10) (i64.or (local.get 11) (i64.or (local.get 34)
      (i64.or (local.get 35) (i64.or (local.get 36) (i64.or (local.get 37) (i64.or (local.get 38)
        (local.get 39))))))))))
  (func (export "f") (result i64)
    (call $dirty)
    (call $clean)))
