;; A branch moves what it carries over what it discards; nothing moves when nothing lies between.
(module
  (func block  br 0  end)
  (func block  i32.const 1  i32.const 2  br 0  end)
  (func (result i32) block (result i32)  i32.const 1  br 0  end)
  (func (result i32) block (result i32)  i64.const 7  i32.const 1  br 0  end)
  (func (result i32 i32) block (result i32 i32)  i64.const 7  i32.const 1  i32.const 2  br 0  end)
  (func (result i32 i32 i32) block (result i32 i32 i32)  i64.const 7  i32.const 1  i32.const 2  i32.const 3  br 0  end)
  (func (param i32) (result i32)  i32.const 1  br 0))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   br 0
;;       b L1
;;   L1:
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   i32.const 2
;;       mov w3, #2
;;       str x3, [x2], #8
;;   br 0
;;       sub x2, x2, #0x10
;;       b L1
;;   L1:
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   br 0
;;       b L1
;;   L1:
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i64.const 7
;;       mov x3, #7
;;       str x3, [x2], #8
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   br 0
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       b L1
;;   L1:
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i64.const 7
;;       mov x3, #7
;;       str x3, [x2], #8
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   i32.const 2
;;       mov w3, #2
;;       str x3, [x2], #8
;;   br 0
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #8
;;       stp x5, x6, [x2, #-0x10]
;;       b L1
;;   L1:
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   i64.const 7
;;       mov x3, #7
;;       str x3, [x2], #8
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   i32.const 2
;;       mov w3, #2
;;       str x3, [x2], #8
;;   i32.const 3
;;       mov w3, #3
;;       str x3, [x2], #8
;;   br 0
;;       ldur x5, [x2, #-0x18]
;;       ldp x6, x7, [x2, #-0x10]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-0x18]
;;       stp x6, x7, [x2, #-0x10]
;;       b L1
;;   L1:
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 6:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   i32.const 1
;;       mov w3, #1
;;       str x3, [x2], #8
;;   br 0
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
