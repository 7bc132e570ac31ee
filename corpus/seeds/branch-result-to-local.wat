;; A block's result, which a branch and the last instruction before its end bring, is written to a local at once.
(module
  (global $g (mut i32) (i32.const 1))
  (func (export "f") (result i32)
    (local i32 i32)
    (local.set 0
      (block (result i32)
        (i32.load8_u (i32.const 0))
        (br_if 0 (global.get $g))
        (drop)
        (i32.add (local.get 1) (i32.const 5))))
    (local.get 0))
  (func (export "g") (result i32)
    (local i32 i32)
    (local.set 0
      (block (result i32)
        (br_if 0 (i32.const 77) (global.get $g))
        (drop)
        (i32.xor (local.get 1) (i32.const 5))))
    (local.get 0))
  (memory 1))
