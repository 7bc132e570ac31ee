;; Runaway recursion exhausts the call stack, also with large frames, and leaves the instance usable.
(module
  (global $n (mut i32) (i32.const 0))
  (func $r (export "plain") (call $r))
  (func $wide (export "wide") (param i64 i64 i64 i64) (result i64)
    (i64.add (call $wide (local.get 3) (local.get 2) (local.get 1) (local.get 0)) (i64.const 1)))
  (func $a (export "mutual") (call $b)) (func $b (call $a))
  (func (export "ok") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
;; plain => exhausted
;; ok => i32:1
;; wide i64:1 i64:2 i64:3 i64:4 => exhausted
;; mutual => exhausted
;; ok => i32:2
