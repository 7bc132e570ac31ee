;; The index is clamped and looked up in a table of distances; targets that need moves get a landing behind it.
(module
  (func (param i32) block  block  block  local.get 0  br_table 0 1 0 2  end  end  end)
  (func (param i32) (result i32)
    block (result i32)  block (result i32)
      i64.const 7  i32.const 5  local.get 0  br_table 0 1 2 1
    end  i32.eqz  end)
  (func (param i32) block  local.get 0  br_table 0 0 0  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   br_table 0 1 0 2
;;       ldr w5, [x2, #-8]!
;;       mov w6, #3
;;       cmp w5, w6
;;       csel w5, w5, w6, lo
;;       adr x6, L1
;;       ldrsw x5, [x6, x5, lsl #2]
;;       add x6, x6, x5
;;       br x6
;;   L1:
;;       .word L2
;;       .word L2
;;       .word L2
;;       .word L2
;;   L2:
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
;;   i64.const 7
;;       mov x3, #7
;;       str x3, [x2], #8
;;   i32.const 5
;;       mov w3, #5
;;       str x3, [x2], #8
;;   local.get 0
;;       str d8, [x2], #8
;;   br_table 0 1 2 1
;;       ldr w5, [x2, #-8]!
;;       mov w6, #3
;;       cmp w5, w6
;;       csel w5, w5, w6, lo
;;       adr x6, L1
;;       ldrsw x5, [x6, x5, lsl #2]
;;       add x6, x6, x5
;;       br x6
;;   L1:
;;       .word L2
;;       .word L3
;;       .word L4
;;       .word L3
;;   L2:
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       b L5
;;   L3:
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       b L6
;;   L4:
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #0x10
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;;   L5:
;;   i32.eqz
;;       bl <i32.eqz>
;;   L6:
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
;;   local.get 0
;;       str d8, [x2], #8
;;   br_table 0 0 0
;;       sub x2, x2, #8
;;       b L1
;;   L1:
;;   end
;;       sub x2, x2, #8
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
