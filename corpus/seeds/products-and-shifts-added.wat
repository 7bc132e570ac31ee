;; Sums and differences with products and shifts on either side, which A64 has single instructions for.
(module
  (func $all (param $a i32) (param $b i32) (param $c i32) (param $d i64) (param $e i64)
    (result i32 i32 i32 i64 i64 i64)
    (i32.sub (i32.mul (local.get $a) (local.get $b)) (local.get $c))
    (i32.sub (local.get $c) (i32.mul (local.get $a) (local.get $b)))
    (i32.add (i32.mul (local.get $a) (local.get $b)) (local.get $c))
    (i64.add (local.get $d) (i64.shl (local.get $e) (i64.const 5)))
    (i64.sub (local.get $d) (i64.shl (local.get $e) (i64.const 33)))
    (i64.sub (i64.shl (local.get $e) (i64.const 7)) (local.get $d)))
  (func (export "f") (result i32 i32 i32 i64 i64 i64)
    (call $all (i32.const 7) (i32.const 11) (i32.const 5) (i64.const 1000) (i64.const 3))))
