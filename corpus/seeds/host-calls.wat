;; Calls out, with values live across them and results of every type; the trace shows the order.
(module
  (import "host" "note" (func $note (param i32 i64 f32 f64)))
  (import "host" "ask" (func $ask (param i32) (result i32)))
  (import "host" "float" (func $float (param f64) (result f64)))
  (func (export "f") (param i32 i64 f32 f64) (result f64)
    (f64.add (local.get 3) (f64.const 1))
    (local.set 0 (i32.add (call $ask (local.get 0)) (call $ask (i32.const 7))))
    (call $note (local.get 0) (local.get 1) (local.get 2) (local.get 3))
    (f64.mul (call $float (local.get 3)))))
