;; A branch to a loop carries its parameters and goes backwards.
(module
  (func (result i32) (local i32)
    i32.const 10
    loop (param i32) (result i32)
      i32.const -1  i32.add  local.tee 0  local.get 0  br_if 0
    end)
  (func loop  br 0  end))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;       str xzr, [x2], #8
;;   i32.const 10
;;       mov w3, #0xa
;;       bl <i32.const>
;;   L1:
;;   i32.const -1
;;       mov w3, #-1
;;       bl <i32.const>
;;   i32.add
;;       bl <i32.add>
;;   local.tee 0
;;       bl <local.tee 2>
;;   local.get 0
;;       bl <local.get 2>
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldp x29, x30, [sp], #0x10
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
