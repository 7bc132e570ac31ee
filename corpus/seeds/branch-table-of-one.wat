;; A br_table with only its default, and one whose targets are all the same.
(module
  (func (export "default-only") (param i32) (result i32)
    (block (br_table 0 (local.get 0)))
    (i32.const 5))
  (func (export "all-same") (param i32 i64) (result i64)
    (block (result i64) (br_table 0 0 0 0 (local.get 1) (local.get 0)))
    (i64.add (i64.const 1))))
