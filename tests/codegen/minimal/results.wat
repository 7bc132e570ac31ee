;; Results move to the frame base, through registers up to eight of them.
(module
  (func (param i32))
  (func (result i32) i32.const 1)
  (func (param i32) (result i32) i32.const 1)
  (func (param i32 i32) (result i32 i32) local.get 1  local.get 0)
  (func (param i32) (result i32 i32 i32) local.get 0  local.get 0  local.get 0)
  (func (param i32) (result i32 i32 i32 i32 i32 i32 i32 i32 i32)
    local.get 0  local.get 0  local.get 0  local.get 0  local.get 0  local.get 0  local.get 0  local.get 0  local.get 0))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   end
;;       sub x2, x2, #8
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
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
;;       stp d8, d9, [sp, #0x10]
;;       ldp d8, d9, [x2, #-0x10]
;;   local.get 1
;;       stp d9, d8, [x2], #0x10
;;   end
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x10
;;       stp x5, x6, [x2, #-0x10]
;;       ldp d8, d9, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   local.get 0
;;       str d8, [x2], #8
;;   end
;;       ldur x5, [x2, #-0x18]
;;       ldp x6, x7, [x2, #-0x10]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-0x18]
;;       stp x6, x7, [x2, #-0x10]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   local.get 0
;;       str d8, [x2], #8
;;   end
;;       mov x3, #0x48
;;       mov x4, #8
;;       bl <move results>
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
