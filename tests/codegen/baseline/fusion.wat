;; Products and shifts become part of what takes their result, unless somebody else needs them; so do masks and bits.
(module
  (func (param i32 i32 i32) (result i32)
    (i32.add (i32.mul (local.get 0) (local.get 1)) (local.get 2)))
  (func (param i64 i64) (result i64)
    (i64.sub (local.get 0) (i64.mul (local.get 1) (local.get 1))))
  (func (param i32 i32) (result i32)
    (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))))
  (func (param i32 i32) (result i32) (local i32)
    (i32.add (local.get 0) (local.tee 2 (i32.mul (local.get 0) (local.get 1)))))
  (func (param i32 i32) (result i32)
    (i32.xor (i32.rotl (local.get 0) (i32.const 5)) (i32.rotr (local.get 1) (i32.const 7))))
  (func (param i64 i64) (result i64)
    (i64.or (i64.shr_s (local.get 0) (i64.const 63)) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.and (local.get 0) (i32.xor (local.get 1) (i32.const -1))))
  (func (param i64) (result i64)
    (i64.and (i64.shr_u (local.get 0) (i64.const 8)) (i64.const 255)))
  (func (param i32) (result i32)
    (i32.shl (i32.and (local.get 0) (i32.const 255)) (i32.const 2)))
  (func (param i32 i64)
    (block
      (br_if 0 (i32.and (local.get 0) (i32.const 4)))
      (br_if 0 (i64.eqz (i64.and (i64.shr_u (local.get 1) (i64.const 40)) (i64.const 1))))
      (br_if 0 (i32.lt_s (local.get 0) (i32.const 0)))
      (br_if 0 (i64.ge_s (local.get 1) (i64.const 0)))
      unreachable)))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x18
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       ldr x5, [x2, #0x10]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x20]!
;;       str x21, [sp, #0x10]
;;       mov x19, x3
;;       mov x20, x4
;;       mov x21, x5
;;   i32.mul
;;       madd w3, w19, w20, w21
;;       ldr x21, [sp, #0x10]
;;       ldp x19, x20, [sp], #0x20
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i64.mul
;;       msub x3, x20, x20, x19
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.shl
;;       add w3, w19, w20, lsl #2
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x20]!
;;       str x21, [sp, #0x10]
;;       mov x19, x3
;;       mov x20, x4
;;       mov x21, #0
;;   i32.mul
;;       mul w21, w19, w20
;;   i32.add
;;       add w3, w19, w21
;;       ldr x21, [sp, #0x10]
;;       ldp x19, x20, [sp], #0x20
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.rotl
;;       ror w3, w19, #0x1b
;;   i32.rotr
;;       eor w3, w3, w20, ror #7
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i64.shr_s
;;       orr x3, x20, x19, asr #63
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 6:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.xor
;;       bic w3, w19, w20
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 7:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       mov x19, x3
;;   i64.shr_u
;;       ubfx x3, x19, #8, #8
;;       ldr x19, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 8:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       mov x19, x3
;;   i32.and
;;       ubfiz w3, w19, #2, #8
;;       ldr x19, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 9:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.and
;;       tbnz w19, #2, L2
;;   i64.shr_u
;;       tbz x20, #0x28, L2
;;   i32.lt_s
;;       tbnz w19, #0x1f, L2
;;   i64.ge_s
;;       tbz x20, #0x3f, L2
;;   unreachable
;;       udf #0x101
;;   L2:
;;       ldp x19, x20, [sp], #0x10
;;       ret
