;; A false condition goes to the else, or to the end where there is none.
(module
  (func (param i32) local.get 0  if  nop  end)
  (func (param i32) (result i32) local.get 0  if (result i32)  i32.const 1  else  i32.const 2  end)
  (func (param i32) (result i32) i32.const 9  local.get 0  if (param i32) (result i32)  i32.eqz  end)
  (func (param i32) (result i32) local.get 0  if (result i32)  i32.const 1  return  else  unreachable  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 1>
;;   if
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   L1:
;;   end
;;       sub x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 1>
;;   if (result i32)
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   i32.const 1
;;       mov w3, #1
;;       bl <i32.const>
;;   else
;;       b L2
;;   L1:
;;   i32.const 2
;;       mov w3, #2
;;       bl <i32.const>
;;   L2:
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 9
;;       mov w3, #9
;;       bl <i32.const>
;;   local.get 0
;;       bl <local.get 2>
;;   if (type 1)
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   i32.eqz
;;       bl <i32.eqz>
;;   L1:
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 1>
;;   if (result i32)
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   i32.const 1
;;       mov w3, #1
;;       bl <i32.const>
;;   return
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;   unreachable
;;       udf #0x101
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
