;; Values travel to labels in registers, by parallel moves.
(module
  (func (param i32 i32) (result i32 i32)
    (block (result i32 i32)
      (br_if 0 (i32.add (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 2)) (local.get 0))
      (drop)
      (drop)
      (br 0 (local.get 1) (local.get 0))))
  (func (param i32) (result i32)
    (block $a
      (block $b
        (br_table $a $b $a (local.get 0)))
      (return (i32.const 1)))
    (i32.const 2))
  (func (param i32 f64) (result f64)
    (if (result f64) (local.get 0)
      (then (f64.neg (local.get 1)))
      (else (local.get 1)))))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       str x4, [x2, #8]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.add
;;       add w3, w19, #1
;;   i32.add
;;       add w4, w20, #2
;;   br_if 0
;;       cbnz w19, L2
;;   br 0
;;       mov x4, x19
;;       mov x3, x20
;;       b L2
;;   L2:
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 1:
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
;;   br_table 1 0 1
;;       mov w17, #2
;;       cmp w19, w17
;;       csel w17, w19, w17, lo
;;       adr x16, L2
;;       ldrsw x17, [x16, x17, lsl #2]
;;       add x16, x16, x17
;;       br x16
;;   L2:
;;       .word L4
;;       .word L3
;;       .word L4
;;   L3:
;;   return
;;       mov w3, #1
;;       b L5
;;   L4:
;;   end
;;       mov w3, #2
;;   L5:
;;       ldr x19, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr d0, [x2, #8]
;;       bl L1
;;       str d0, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       str d8, [sp, #8]
;;       mov x19, x3
;;       fmov d8, d0
;;   if (result f64)
;;       cbz w19, L2
;;   f64.neg
;;       fneg d0, d8
;;   else
;;       b L3
;;   L2:
;;   end
;;       fmov d0, d8
;;   L3:
;;       ldr x19, [sp]
;;       ldr d8, [sp, #8]
;;       add sp, sp, #0x10
;;       ret
