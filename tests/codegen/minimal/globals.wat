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
;;       mov x3, #0x58
;;       bl <global.get imported>
;;   global.set 0
;;       mov x3, #0x58
;;       bl <global.set imported>
;;   global.get 1
;;       mov x3, #0x60
;;       bl <global.get>
;;   global.set 1
;;       mov x3, #0x60
;;       bl <global.set>
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
