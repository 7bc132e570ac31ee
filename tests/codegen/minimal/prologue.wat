;; Homes are saved, parameters fetched, the other locals zeroed: those in the frame by pairs of stores, many by a loop.
(module
  (func)
  (func (local i32))
  (func (local i32 i64))
  (func (local f32 f32 f32 f32 f32))
  (func (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))
  (func (local v128 v128 v128 v128 v128 v128 v128 v128 v128 f32))
  (func (param i32 v128 i64 f32 f64) (local v128)))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       movi d8, #0000000000000000
;;   end
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       movi d8, #0000000000000000
;;       movi d9, #0000000000000000
;;   end
;;       ldp d8, d9, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x40]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       stp d10, d11, [sp, #0x20]
;;       str d12, [sp, #0x30]
;;       movi d8, #0000000000000000
;;       movi d9, #0000000000000000
;;       movi d10, #0000000000000000
;;       movi d11, #0000000000000000
;;       movi d12, #0000000000000000
;;   end
;;       ldp d8, d9, [sp, #0x10]
;;       ldp d10, d11, [sp, #0x20]
;;       ldr d12, [sp, #0x30]
;;       ldp x29, x30, [sp], #0x40
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x50]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       stp d10, d11, [sp, #0x20]
;;       stp d12, d13, [sp, #0x30]
;;       stp d14, d15, [sp, #0x40]
;;       movi d8, #0000000000000000
;;       movi d9, #0000000000000000
;;       movi d10, #0000000000000000
;;       movi d11, #0000000000000000
;;       movi d12, #0000000000000000
;;       movi d13, #0000000000000000
;;       movi d14, #0000000000000000
;;       movi d15, #0000000000000000
;;       str xzr, [x2], #8
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;   end
;;       sub x2, x2, #0x48
;;       ldp d8, d9, [sp, #0x10]
;;       ldp d10, d11, [sp, #0x20]
;;       ldp d12, d13, [sp, #0x30]
;;       ldp d14, d15, [sp, #0x40]
;;       ldp x29, x30, [sp], #0x50
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       movi d8, #0000000000000000
;;       mov x3, #0x90
;;       bl <clear locals>
;;   end
;;       sub x2, x2, #0x90
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 6:
;;       stp x29, x30, [sp, #-0x30]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       stp d10, d11, [sp, #0x20]
;;       ldur d8, [x2, #-0x30]
;;       ldp d9, d10, [x2, #-0x18]
;;       ldur d11, [x2, #-8]
;;       stp xzr, xzr, [x2], #0x10
;;   end
;;       sub x2, x2, #0x40
;;       ldp d8, d9, [sp, #0x10]
;;       ldp d10, d11, [sp, #0x20]
;;       ldp x29, x30, [sp], #0x30
;;       ret
