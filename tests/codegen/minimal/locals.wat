;; Near locals have handlers of their own; farther ones pass minus their distance in bytes.
(module
  (func (param i32 i64)
    local.get 0  local.set 0
    local.get 1  local.tee 1  drop)
  (func (param i32) (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    local.get 0  local.set 1
    local.get 2  local.tee 3  local.set 17))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       bl <local.get 2>
;;   local.set 0
;;       bl <local.set 2>
;;   local.get 1
;;       bl <local.get 1>
;;   local.tee 1
;;       bl <local.tee 2>
;;   drop
;;       bl <drop>
;;   end
;;       sub x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;       mov x3, #0x88
;;       bl <clear locals>
;;   local.get 0
;;       mov x3, #-0x90
;;       bl <local.get>
;;   local.set 1
;;       mov x3, #-0x88
;;       bl <local.set>
;;   local.get 2
;;       bl <local.get 16>
;;   local.tee 3
;;       bl <local.tee 16>
;;   local.set 17
;;       bl <local.set 1>
;;   end
;;       sub x2, x2, #0x90
;;       ldp x29, x30, [sp], #0x10
;;       ret
