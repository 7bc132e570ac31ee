;; Shifts take their count modulo the width; rotations and counts at their edges.
(module
  (func (export "shl") (param i32 i32) (result i32) (i32.shl (local.get 0) (local.get 1)))
  (func (export "shr_s") (param i32 i32) (result i32) (i32.shr_s (local.get 0) (local.get 1)))
  (func (export "shr_u") (param i64 i64) (result i64) (i64.shr_u (local.get 0) (local.get 1)))
  (func (export "rotl") (param i32 i32) (result i32) (i32.rotl (local.get 0) (local.get 1)))
  (func (export "rotr") (param i64 i64) (result i64) (i64.rotr (local.get 0) (local.get 1)))
  (func (export "counts") (param i32) (result i32 i32 i32)
    (i32.clz (local.get 0)) (i32.ctz (local.get 0)) (i32.popcnt (local.get 0)))
  (func (export "lcounts") (param i64) (result i64 i64 i64)
    (i64.clz (local.get 0)) (i64.ctz (local.get 0)) (i64.popcnt (local.get 0))))
;; shl i32:1 i32:33 => i32:2
;; shr_s i32:0x80000000 i32:31 => i32:-1
;; shr_s i32:0x80000000 i32:32 => i32:0x80000000
;; shr_u i64:-1 i64:127 => i64:1
;; rotl i32:0x80000001 i32:1 => i32:3
;; rotl i32:0x80000001 i32:0 => i32:0x80000001
;; rotl i32:0x80000001 i32:32 => i32:0x80000001
;; rotr i64:1 i64:1 => i64:0x8000000000000000
;; counts i32:0 => i32:32 i32:32 i32:0
;; counts i32:0x00f00000 => i32:8 i32:20 i32:4
;; lcounts i64:0 => i64:64 i64:64 i64:0
;; lcounts i64:-1 => i64:0 i64:0 i64:64
