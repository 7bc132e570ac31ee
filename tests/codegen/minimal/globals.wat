;; Own globals lie in the VMContext, imported ones behind an address there.
(module
  (import "m" "g" (global $g (mut i32)))
  (global $h (mut i64) (i64.const 0))
  (func
    global.get $g  global.set $g  global.get $h  global.set $h))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   global.get 0
;;       ldr x6, [x1, #0x58]
;;       ldr x5, [x6]
;;       str x5, [x2], #8
;;   global.set 0
;;       ldr x6, [x1, #0x58]
;;       ldr x5, [x2, #-8]!
;;       str x5, [x6]
;;   global.get 1
;;       ldr x5, [x1, #0x60]
;;       str x5, [x2], #8
;;   global.set 1
;;       ldr x5, [x2, #-8]!
;;       str x5, [x1, #0x60]
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
