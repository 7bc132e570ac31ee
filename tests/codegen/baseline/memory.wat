;; Addresses: constant ones in the instruction, others extended by it, offsets added first.
(module
  (memory 1)
  (func (param i32 f64)
    (i32.store (i32.const 16) (i32.load (local.get 0)))
    (i64.store offset=8 (local.get 0) (i64.const 0))
    (f64.store (local.get 0) (local.get 1))
    (i32.store8 offset=0x12345678 (local.get 0) (i32.load16_s offset=70000 (local.get 0)))
    (drop (memory.grow (memory.size)))
    (memory.fill (local.get 0) (i32.const 1) (i32.const 2))))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr d0, [x2, #8]
;;       bl L1
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x29, x30, [sp, #-0x40]!
;;       stp x0, x1, [sp, #0x10]
;;       str x19, [sp, #0x30]
;;       str d8, [sp, #0x38]
;;       mov x19, x3
;;       fmov d8, d0
;;   i32.load
;;       ldr w3, [x0, w19, uxtw]  ; out of bounds memory access
;;   i32.store
;;       str w3, [x0, #0x10]  ; out of bounds memory access
;;   i64.store offset=8
;;       add x14, x0, w19, uxtw
;;       str xzr, [x14, #8]  ; out of bounds memory access
;;   f64.store
;;       str d8, [x14]  ; out of bounds memory access
;;   i32.load16_s offset=70000
;;       mov x16, #0x1170
;;       movk x16, #1, lsl #16
;;       ldrsh w3, [x14, x16]  ; out of bounds memory access
;;   i32.store8 offset=305419896
;;       mov x16, #0x5678
;;       movk x16, #0x1234, lsl #16
;;       strb w3, [x14, x16]  ; out of bounds memory access
;;   memory.size
;;       ldr x3, [x1, #0x58]
;;       ldr x3, [x3, #8]
;;   memory.grow
;;       str x2, [sp, #0x20]
;;       ldr x16, [x1, #8]
;;       mov x2, x3
;;       mov x0, x1
;;       mov w1, #0
;;       mov w2, w2
;;       blr x16
;;       mov x4, x0
;;       ldp x0, x1, [sp, #0x10]
;;       ldr x2, [sp, #0x20]
;;   memory.fill
;;       mov w4, #2
;;       mov w3, #1
;;       str x2, [sp, #0x20]
;;       ldr x16, [x1, #0x28]
;;       mov x2, x19
;;       mov x0, x1
;;       mov w1, #0
;;       mov w2, w2
;;       mov w3, w3
;;       mov w4, w4
;;       blr x16
;;       ldp x0, x1, [sp, #0x10]
;;       ldr x2, [sp, #0x20]
;;       ldr x19, [sp, #0x30]
;;       ldr d8, [sp, #0x38]
;;       ldp x29, x30, [sp], #0x40
;;       ret
