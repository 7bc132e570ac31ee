;; A constant condition chooses a value that a call has sent to its slot; further calls send others there.
(module
  (func $f (result i32) (i32.const 7))
  (func $g (result i32) (i32.const 9))
  (func (export "second") (result i32)
    (call $f) (call $g) (drop (call $f))
    (select (i32.const 0))
    (i32.sub (i32.mul (call $g) (call $f))))
  (func (export "two more") (result i32)
    (call $f) (call $g) (drop (call $f))
    (select (i32.const 0))
    (call $f) (call $g) (i32.mul) (i32.sub)))
