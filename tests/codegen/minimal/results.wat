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
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
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
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 1
;;       mov w3, #1
;;       bl <i32.const>
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 1
;;       bl <local.get 1>
;;   local.get 0
;;       bl <local.get 3>
;;   end
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x10
;;       stp x5, x6, [x2, #-0x10]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 1>
;;   local.get 0
;;       bl <local.get 2>
;;   local.get 0
;;       bl <local.get 3>
;;   end
;;       ldur x5, [x2, #-0x18]
;;       ldp x6, x7, [x2, #-0x10]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-0x18]
;;       stp x6, x7, [x2, #-0x10]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 1>
;;   local.get 0
;;       bl <local.get 2>
;;   local.get 0
;;       bl <local.get 3>
;;   local.get 0
;;       bl <local.get 4>
;;   local.get 0
;;       bl <local.get 5>
;;   local.get 0
;;       bl <local.get 6>
;;   local.get 0
;;       bl <local.get 7>
;;   local.get 0
;;       bl <local.get 8>
;;   local.get 0
;;       bl <local.get 9>
;;   end
;;       mov x3, #0x48
;;       mov x4, #8
;;       bl <move results>
;;       ldp x29, x30, [sp], #0x10
;;       ret
