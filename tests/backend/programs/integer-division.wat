;; Division and remainder at their edges.
(module
  (func (export "ds") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "du") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "rs") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "ru") (param i32 i32) (result i32) (i32.rem_u (local.get 0) (local.get 1)))
  (func (export "lds") (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
  (func (export "lrs") (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1))))
;; ds i32:-7 i32:2 => i32:-3
;; du i32:-7 i32:2 => i32:0x7ffffffc
;; rs i32:-7 i32:2 => i32:-1
;; ru i32:-7 i32:2 => i32:1
;; ds i32:0x80000000 i32:-1 => trap integer overflow
;; rs i32:0x80000000 i32:-1 => i32:0
;; du i32:0x80000000 i32:-1 => i32:0
;; ds i32:1 i32:0 => trap integer divide by zero
;; du i32:1 i32:0 => trap integer divide by zero
;; rs i32:1 i32:0 => trap integer divide by zero
;; ru i32:1 i32:0 => trap integer divide by zero
;; lds i64:0x8000000000000000 i64:-1 => trap integer overflow
;; lrs i64:0x8000000000000000 i64:-1 => i64:0
;; lds i64:5 i64:0 => trap integer divide by zero
