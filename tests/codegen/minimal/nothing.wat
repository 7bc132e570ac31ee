;; What changes no bits becomes no code, and neither does what cannot be reached.
(module
  (func (param i64) (result f32)
    nop  local.get 0  i32.wrap_i64  f32.reinterpret_i32)
  (func (param i32) (result i32)
    block  br 0  local.get 0  drop  block  end  end
    local.get 0  return  unreachable)
  (func unreachable))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   br 0
;;       b L1
;;   L1:
;;   local.get 0
;;       str d8, [x2], #8
;;   return
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   unreachable
;;       udf #0x101
