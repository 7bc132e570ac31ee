;; A false condition goes to the else, or to the end where there is none.
(module
  (func (param i32) local.get 0  if  nop  end)
  (func (param i32) (result i32) local.get 0  if (result i32)  i32.const 1  else  i32.const 2  end)
  (func (param i32) (result i32) i32.const 9  local.get 0  if (param i32) (result i32)  i32.eqz  end)
  (func (param i32) (result i32) local.get 0  if (result i32)  i32.const 1  return  else  unreachable  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   if
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   L1:
;;   end
;;       sub x2, x2, #8
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   if (result i32)
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   else
;;       b L2
;;   L1:
;;   i32.const 2
;;       mov w3, #2
;;       str x3, [x2], #8
;;   L2:
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   i32.const 9
;;       mov w3, #9
;;       str x3, [x2], #8
;;   local.get 0
;;       str d8, [x2], #8
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
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   if (result i32)
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   return
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;;   L1:
;;   unreachable
;;       udf #0x101
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
