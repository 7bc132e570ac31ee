;; An i32 that came from an i64 has no upper half left where one would show.
(module
  (memory 1)
  (func (export "wrap-extend") (param i64) (result i64) (i64.extend_i32_u (i32.wrap_i64 (local.get 0))))
  (func (export "wrap-address") (param i64) (result i32) (i32.load8_u (i32.wrap_i64 (local.get 0))))
  (func (export "wrap-compare") (param i64) (result i32) (i32.eqz (i32.wrap_i64 (local.get 0))))
  (func (export "wrap-branch") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (local.get 0)) (then (i32.const 1)) (else (i32.const 0))))
  (func (export "wrap-table") (param i64) (result i32)
    (block (block (br_table 0 1 (i32.wrap_i64 (local.get 0)))) (return (i32.const 10))) i32.const 11)
  (func (export "wrap-shift") (param i64) (result i64) (i64.extend_i32_u (i32.shr_u (i32.wrap_i64 (local.get 0)) (i32.const 4))))
  (func (export "wrap-grow") (param i64) (result i32) (memory.grow (i32.wrap_i64 (local.get 0)))))
;; wrap-extend i64:0xffffffff00000005 => i64:5
;; wrap-address i64:0xffffffff00000005 => i32:0
;; wrap-compare i64:0xffffffff00000000 => i32:1
;; wrap-branch i64:0x100000000 => i32:0
;; wrap-table i64:0x100000000 => i32:10
;; wrap-shift i64:0xffffffff00000010 => i64:1
;; wrap-grow i64:0xffffffff00000000 => i32:1
