;; One conditional branch when nothing moves; otherwise the opposite one around the moves.
(module
  (func (param i32) block  local.get 0  br_if 0  end)
  (func (param i32) (result i32) block (result i32)  i32.const 1  local.get 0  br_if 0  end)
  (func (param i32) (result i32)
    block (result i32)  i64.const 7  i32.const 1  local.get 0  br_if 0  drop  drop  i32.const 2  end)
  (func (param i32) (result i32)  i32.const 1  local.get 0  br_if 0)
  (func (param i32) loop  local.get 0  br_if 0  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 1>
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   L1:
;;   end
;;       sub x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 1
;;       mov w3, #1
;;       bl <i32.const>
;;   local.get 0
;;       bl <local.get 2>
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   L1:
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i64.const 7
;;       mov x3, #7
;;       bl <i64.const>
;;   i32.const 1
;;       mov w3, #1
;;       bl <i32.const>
;;   local.get 0
;;       bl <local.get 3>
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       b L2
;;   L1:
;;   drop
;;       bl <drop>
;;   drop
;;       bl <drop>
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
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 1
;;       mov w3, #1
;;       bl <i32.const>
;;   local.get 0
;;       bl <local.get 2>
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   L1:
;;   local.get 0
;;       bl <local.get 1>
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   end
;;       sub x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
