;; Cause: that a word leaves a single bit was noted without its width, and wrapping emits nothing: a branch on the wrapped
;; value tested a bit that it does not have.
;;
;; if i64:0x10000000000 => i32:0
;; if i64:0xffffffffffffffff => i32:0
;; eqz i64:0x10000000000 => i32:1
;; low i64:0x80000000 => i32:1
;; field i64:0x10000000000 => i32:1
;; field i64:0xfffffeffffffffff => i32:0
(module
  (func (export "if") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (i64.and (local.get 0) (i64.const 0x10000000000)))
      (then (i32.const 1)) (else (i32.const 0))))
  (func (export "eqz") (param i64) (result i32)
    (block
      (br_if 0 (i32.eqz (i32.wrap_i64 (i64.and (local.get 0) (i64.const 0x10000000000)))))
      (return (i32.const 0)))
    (i32.const 1))
  (func (export "low") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (i64.and (local.get 0) (i64.const 0x80000000)))
      (then (i32.const 1)) (else (i32.const 0))))
  (func (export "field") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (i64.and (i64.shr_u (local.get 0) (i64.const 40)) (i64.const 1)))
      (then (i32.const 1)) (else (i32.const 0)))))
