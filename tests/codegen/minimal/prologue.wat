;; Locals are cleared by pairs of stores, many of them by a loop.
(module
  (func)
  (func (local i32))
  (func (local i32 i64))
  (func (local f32 f32 f32 f32 f32))
  (func (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;       str xzr, [x2], #8
;;   end
;;       sub x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;       stp xzr, xzr, [x2], #0x10
;;   end
;;       sub x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;       str xzr, [x2], #8
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;   end
;;       sub x2, x2, #0x28
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;       mov x3, #0x88
;;       bl <clear locals>
;;   end
;;       sub x2, x2, #0x88
;;       ldp x29, x30, [sp], #0x10
;;       ret
