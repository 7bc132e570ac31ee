;; Arguments and results; what is waiting below them goes to its slot.
(module
  (import "m" "f" (func $imported (param i32) (result i32)))
  (table 2 funcref)
  (table $fixed 5000 5000 funcref)
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else
        (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (param i32) (result i32) (i32.add (local.get 0) (call $imported (local.get 0))))
  (func (param i32) (result i32) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 1)))
  (func (result f64 i32) (f64.const 1) (i32.const 2))
  (func (param i32) (call_indirect $fixed (local.get 0))))

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
;;       stp x29, x30, [sp, #-0x20]!
;;       str x19, [sp, #0x10]
;;       mov x19, x3
;;   i32.lt_s
;;       cmp w19, #2
;;   if (result i32)
;;       b.ge L2
;;   else
;;       mov x3, x19
;;       b L3
;;   L2:
;;   i32.sub
;;       sub w3, w19, #1
;;   call 1
;;       bl <function 1>
;;   i32.sub
;;       sub w4, w19, #2
;;   call 1
;;       str x3, [x2]
;;       mov x3, x4
;;       add x2, x2, #8
;;       bl <function 1>
;;       sub x2, x2, #8
;;   i32.add
;;       ldr x4, [x2]
;;       add w3, w4, w3
;;   L3:
;;       ldr x19, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x29, x30, [sp, #-0x40]!
;;       stp x0, x1, [sp, #0x10]
;;       str x19, [sp, #0x30]
;;       mov x19, x3
;;   call 0
;;       mov x3, x19
;;       ldr x14, [x1, #0x78]
;;       ldr x15, [x14, #0x20]
;;       add x2, x2, #8
;;       ldp x0, x1, [x14, #8]
;;       blr x15
;;       ldp x0, x1, [sp, #0x10]
;;       sub x2, x2, #8
;;   i32.add
;;       add w3, w19, w3
;;       ldr x19, [sp, #0x30]
;;       ldp x29, x30, [sp], #0x40
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x29, x30, [sp, #-0x40]!
;;       stp x0, x1, [sp, #0x10]
;;       str x19, [sp, #0x30]
;;       mov x19, x3
;;   call_indirect (type 0)
;;       mov w3, #1
;;       ldr x14, [x1, #0x58]
;;       ldp x14, x15, [x14]
;;       cmp x15, w3, uxtw
;;       b.ls L2
;;       ldr x14, [x14, w3, uxtw #3]
;;       ldr w16, [x1, #0x170]
;;       ldp x17, x15, [x14, #0x18]  ; uninitialized element
;;       cmp w17, w16
;;       b.ne L3
;;       mov x3, x19
;;       ldp x0, x1, [x14, #8]
;;       blr x15
;;       ldp x0, x1, [sp, #0x10]
;;       ldr x19, [sp, #0x30]
;;       ldp x29, x30, [sp], #0x40
;;       ret
;;   L2:
;;   call_indirect (type 0)
;;       udf #0x707
;;   L3:
;;   call_indirect (type 0)
;;       udf #0x909
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       bl L1
;;       str d0, [x2]
;;       str x3, [x2, #8]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;   end
;;       fmov d0, #1.00000000
;;       mov w3, #2
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x29, x30, [sp, #-0x40]!
;;       stp x0, x1, [sp, #0x10]
;;       str x19, [sp, #0x30]
;;       mov x19, x3
;;   call_indirect 1 (type 3)
;;       ldr x14, [x1, #0x70]
;;       mov w16, #0x1388
;;       cmp w19, w16
;;       b.hs L2
;;       ldr x14, [x14, w19, uxtw #3]
;;       ldr w16, [x1, #0x17c]
;;       ldp x17, x15, [x14, #0x18]  ; uninitialized element
;;       cmp w17, w16
;;       b.ne L3
;;       ldp x0, x1, [x14, #8]
;;       blr x15
;;       ldp x0, x1, [sp, #0x10]
;;       ldr x19, [sp, #0x30]
;;       ldp x29, x30, [sp], #0x40
;;       ret
;;   L2:
;;   call_indirect 1 (type 3)
;;       udf #0x707
;;   L3:
;;   call_indirect 1 (type 3)
;;       udf #0x909
