;; Functions of the module are called directly, imported ones through their FuncRef, table elements checked.
(module
  (import "m" "f" (func $f (param i32) (result i32)))
  (table 1 funcref)
  (func $g (param i32) (result i32)
    local.get 0  call $f  call $g  i32.const 0  call_indirect (param i32) (result i32)))

;; function 1:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   local.get 0
;;       str d8, [x2], #8
;;   call 0
;;       mov x3, #0x68
;;       bl <call imported>
;;   call 1
;;       bl <function 1>
;;   i32.const 0
;;       str xzr, [x2], #8
;;   call_indirect (type 0)
;;       mov x3, #0x58
;;       mov x4, #0xa0
;;       bl <call_indirect>
;;   end
;;       ldur x5, [x2, #-8]
;;       sub x2, x2, #8
;;       stur x5, [x2, #-8]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
