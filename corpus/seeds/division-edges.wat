;; Division by zero and the one quotient that does not fit trap; its remainder is zero and does not.
(module
  (func (export "div_s") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "rem_s") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "rem_s64") (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1)))
  (func (export "div_u64") (param i64 i64) (result i64) (i64.div_u (local.get 0) (local.get 1)))
  (func (export "min-by-minus-one") (param i32) (result i32)
    (i32.rem_s (i32.const 0x80000000) (i32.or (local.get 0) (i32.const -1))))
  (func (export "by-constants") (param i64) (result i64)
    (i64.div_s (local.get 0) (i64.const -1)) (i64.div_s (i64.const 8)) (i64.rem_u (i64.const 10))))
