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
;;       sub sp, sp, #0x10
;;       stp x19, x20, [sp]
;;       sub x2, x2, #0x10
;;       ldr x19, [x2]
;;       ldr x20, [x2, #8]
;;   i32.add
;;       add w3, w20, #1
;;   local.set 0
;;       mov x4, x19
;;       mov x19, x3
;;   i32.add
;;       add w4, w4, w4
;;   i32.add
;;       add w4, w4, w19
;;   end
;;       str x4, [x2]
;;       ldp x19, x20, [sp]
;;       add sp, sp, #0x10
;;       add x2, x2, #8
;;       ret
;; function 1:
;;       sub sp, sp, #0x10
;;       stp x19, x20, [sp]
;;       sub x2, x2, #0x10
;;       ldr x19, [x2]
;;       ldr x20, [x2, #8]
;;   local.set 0
;;       mov x3, x19
;;       mov x19, x20
;;   local.set 1
;;       mov x20, x3
;;   end
;;       str x20, [x2, #8]
;;       str x19, [x2]
;;       ldp x19, x20, [sp]
;;       add sp, sp, #0x10
;;       add x2, x2, #0x10
;;       ret
