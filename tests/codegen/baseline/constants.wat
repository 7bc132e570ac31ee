;; Constants in the instruction where it can hold them, folded where all operands are constants.
(module
  (func (param i32 i64)
    (drop (i32.add (local.get 0) (i32.const 4095)))
    (drop (i32.add (local.get 0) (i32.const -4096)))
    (drop (i32.add (i32.const 0x12345) (local.get 0)))
    (drop (i32.sub (i32.const 0) (local.get 0)))
    (drop (i64.and (local.get 1) (i64.const 0xff00ff00ff00ff00)))
    (drop (i64.or (local.get 1) (i64.const 0)))
    (drop (i32.shl (local.get 0) (i32.const 33)))
    (drop (i64.rotl (local.get 1) (i64.const 8)))
    (drop (i32.mul (local.get 0) (i32.const 16)))
    (drop (i32.div_u (local.get 0) (i32.const 8)))
    (drop (i32.rem_u (local.get 0) (i32.const 8)))
    (drop (i32.div_s (local.get 0) (i32.const 7)))
    (drop (i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3)))))
  (func (param f64) (result f64 f64 f64)
    (f64.add (local.get 0) (f64.const 0))
    (f64.add (local.get 0) (f64.const -1.5))
    (f64.add (local.get 0) (f64.const 0.1))))

;; function 0:
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
;;   i32.add
;;       add w3, w19, #0xfff
;;   i32.add
;;       sub w3, w19, #1, lsl #12
;;   i32.add
;;       mov w3, #0x2345
;;       movk w3, #1, lsl #16
;;       add w3, w19, w3
;;   i32.sub
;;       neg w3, w19
;;   i64.and
;;       and x3, x20, #0xff00ff00ff00ff00
;;   i32.shl
;;       lsl w3, w19, #1
;;   i64.rotl
;;       ror x3, x20, #0x38
;;   i32.mul
;;       lsl w3, w19, #4
;;   i32.div_u
;;       lsr w3, w19, #3
;;   i32.rem_u
;;       and w3, w19, #7
;;   i32.div_s
;;       mov w3, #7
;;       sdiv w3, w19, w3
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr d0, [x2]
;;       bl L1
;;       str d0, [x2]
;;       str d1, [x2, #8]
;;       str d2, [x2, #0x10]
;;       add x2, x2, #0x18
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str d8, [sp]
;;       fmov d8, d0
;;   f64.add
;;       movi d0, #0000000000000000
;;       fadd d0, d8, d0
;;   f64.add
;;       fmov d1, #-1.50000000
;;       fadd d1, d8, d1
;;   f64.add
;;       mov x16, #-0x6666666666666667
;;       movk x16, #0x999a
;;       movk x16, #0x3fb9, lsl #48
;;       fmov d2, x16
;;       fadd d2, d8, d2
;;       ldr d8, [sp]
;;       add sp, sp, #0x10
;;       ret
