;; Calls: Takeuchi's function, three arguments and four calls a level.
(module
  (func $tak (param $x i32) (param $y i32) (param $z i32) (result i32)
    (if (i32.ge_s (local.get $y) (local.get $x)) (then (return (local.get $z))))
    (call $tak
      (call $tak (i32.sub (local.get $x) (i32.const 1)) (local.get $y) (local.get $z))
      (call $tak (i32.sub (local.get $y) (i32.const 1)) (local.get $z) (local.get $x))
      (call $tak (i32.sub (local.get $z) (i32.const 1)) (local.get $x) (local.get $y))))
  (func (export "run") (result i32) (call $tak (i32.const 12) (i32.const 8) (i32.const 4))))
