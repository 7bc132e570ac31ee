;; Reading a local is free until it changes; a result is written to the local's home at once.
(module
  (func (param i32 i32) (result i32)
    (local.get 0)
    (local.get 0)
    (local.set 0 (i32.add (local.get 1) (i32.const 1)))
    (i32.add)
    (i32.add (local.get 0)))
  (func (param i32 i32) (result i32 i32)
    (local.get 0)
    (local.set 0 (local.get 1))
    (local.set 1)
    (local.get 0)
    (local.get 1)))

;; function 0:
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
;;   i32.add
;;       add w3, w20, #1
;;   local.set 0
;;       mov x4, x19
;;       mov x19, x3
;;   i32.add
;;       add w4, w4, w4
;;   i32.add
;;       add w3, w4, w19
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 1:
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
;;   local.set 0
;;       mov x3, x19
;;       mov x19, x20
;;   local.set 1
;;       mov x20, x3
;;   end
;;       mov x4, x20
;;       mov x3, x19
;;       ldp x19, x20, [sp], #0x10
;;       ret
