;; Locals stay in their homes around a loop; a countdown ends in one CBNZ.
(module
  (func (param i32) (result i32) (local i32)
    (loop $again
      (local.set 1 (i32.add (local.get 1) (i32.mul (local.get 0) (i32.const 3))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))
  (func (param i32) (result i64)
    (i64.const 1)
    (loop $again (param i64) (result i64)
      (i64.mul (i64.const 3))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, #0
;;   L2:
;;   i32.mul
;;       mov w3, #3
;;       madd w20, w19, w3, w20
;;   i32.sub
;;       sub w19, w19, #1
;;   br_if 0
;;       cbnz w19, L2
;;   end
;;       mov x3, x20
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #8
;;       ldr x3, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       mov x19, x3
;;   loop (type 2)
;;       mov x3, #1
;;   L2:
;;   i64.mul
;;       mov x4, #3
;;       mul x3, x3, x4
;;   i32.sub
;;       sub w19, w19, #1
;;   br_if 0
;;       cbnz w19, L2
;;       ldr x19, [sp]
;;       add sp, sp, #0x10
;;       ret
