;; Locals are zero in every call, whatever earlier calls left on the stack.
(module
  (func $dirty (param i64) (result i64) (local i64 i64 i64 i64)
    (local.set 1 (i64.const -1)) (local.set 2 (i64.const -1)) (local.set 3 (i64.const -1)) (local.set 4 (i64.const -1)) local.get 4)
  (func $clean (result i64) (local i32 i64 f32 f64 i32)
    (i64.or (i64.or (i64.extend_i32_u (local.get 0)) (local.get 1))
      (i64.or (i64.or (i64.extend_i32_u (i32.reinterpret_f32 (local.get 2))) (i64.reinterpret_f64 (local.get 3))) (i64.extend_i32_u (local.get 4)))))
  (func (export "f") (result i64) (drop (call $dirty (i64.const 5))) (call $clean)))
;; f => i64:0
;; f => i64:0
