;; One conditional branch when nothing moves; otherwise the opposite one around the moves.
(module
  (func (param i32) block  local.get 0  br_if 0  end)
  (func (param i32) (result i32) block (result i32)  i32.const 1  local.get 0  br_if 0  end)
  (func (param i32) (result i32)
    block (result i32)  i64.const 7  i32.const 1  local.get 0  br_if 0  drop  drop  i32.const 2  end)
  (func (param i32) (result i32)  i32.const 1  local.get 0  br_if 0)
  (func (param i32) loop  local.get 0  br_if 0  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
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
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   local.get 0
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   L1:
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
;;   i64.const 7
;;       mov x3, #7
;;       str x3, [x2], #8
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   local.get 0
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       b L2
;;   L1:
;;   drop
;;       sub x2, x2, #8
;;   drop
;;       sub x2, x2, #8
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
;; function 3:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   local.get 0
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbz w5, L1
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;;   L1:
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   L1:
;;   local.get 0
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   end
;;       sub x2, x2, #8
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
