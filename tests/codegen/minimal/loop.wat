;; A branch to a loop carries its parameters and goes backwards.
(module
  (func (result i32) (local i32)
    i32.const 10
    loop (param i32) (result i32)
      i32.const -1  i32.add  local.tee 0  local.get 0  br_if 0
    end)
  (func loop  br 0  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       movi d8, #0000000000000000
;;   i32.const 10
;;       mov w3, #0xa
;;       str x3, [x2], #8
;;   L1:
;;   i32.const -1
;;       mov w3, #-1
;;       str x3, [x2], #8
;;   i32.add
;;       bl <i32.add>
;;   local.tee 0
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   end
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   L1:
;;   br 0
;;       b L1
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
