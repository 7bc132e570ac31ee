;; Constants take as few instructions as there are: MOVZ, MOVN, ORR with a bitmask, MOVK, at the type's own width.
(module
  (func (result i32 i32 i32 i32)
    i32.const 0  i32.const 0x7fff0000  i32.const -2  i32.const 0x12345678)
  (func (result i64 i64 i64 i64)
    i64.const 65535  i64.const -1  i64.const 0x00ff00ff00ff00ff  i64.const 0x1234000000005678)
  (func (result f32 f64)
    f32.const 1  f64.const -0))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 0
;;       str xzr, [x2], #8
;;   i32.const 2147418112
;;       mov w3, #0x7fff0000
;;       str x3, [x2], #8
;;   i32.const -2
;;       mov w3, #-2
;;       str x3, [x2], #8
;;   i32.const 305419896
;;       mov w3, #0x5678
;;       movk w3, #0x1234, lsl #16
;;       str x3, [x2], #8
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i64.const 65535
;;       mov x3, #0xffff
;;       str x3, [x2], #8
;;   i64.const -1
;;       mov x3, #-1
;;       str x3, [x2], #8
;;   i64.const 71777214294589695
;;       mov x3, #0xff00ff00ff00ff
;;       str x3, [x2], #8
;;   i64.const 1311673391471679096
;;       mov x3, #0x5678
;;       movk x3, #0x1234, lsl #48
;;       str x3, [x2], #8
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   f32.const 0x1p+0
;;       mov w3, #0x3f800000
;;       str x3, [x2], #8
;;   f64.const -0x0p+0
;;       mov x3, #-0x8000000000000000
;;       str x3, [x2], #8
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
