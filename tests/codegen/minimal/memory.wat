;; Offset 0 has handlers of its own; sizes and growth ask the runtime's records.
(module
  (memory 1 2)
  (func (param i32)
    local.get 0  local.get 0  i32.load  i32.store
    local.get 0  local.get 0  f64.load offset=4096  f64.store offset=0x12345678
    memory.size  memory.grow  drop))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   i32.load
;;       bl <i32.load at 0>
;;   i32.store
;;       bl <i32.store at 0>
;;   local.get 0
;;       stp d8, d8, [x2], #0x10
;;   f64.load offset=4096
;;       mov x3, #0x1000
;;       bl <f64.load>
;;   f64.store offset=305419896
;;       mov x3, #0x5678
;;       movk x3, #0x1234, lsl #16
;;       bl <f64.store>
;;   memory.size
;;       mov x3, #0x58
;;       bl <memory.size>
;;   memory.grow
;;       mov x3, #0
;;       bl <memory.grow>
;;   drop
;;       sub x2, x2, #8
;;   end
;;       sub x2, x2, #8
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
