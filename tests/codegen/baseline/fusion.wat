;; Products and shifts become part of the addition, unless somebody else needs them.
(module
  (func (param i32 i32 i32) (result i32)
    (i32.add (i32.mul (local.get 0) (local.get 1)) (local.get 2)))
  (func (param i64 i64) (result i64)
    (i64.sub (local.get 0) (i64.mul (local.get 1) (local.get 1))))
  (func (param i32 i32) (result i32)
    (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))))
  (func (param i32 i32) (result i32) (local i32)
    (i32.add (local.get 0) (local.tee 2 (i32.mul (local.get 0) (local.get 1))))))

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
