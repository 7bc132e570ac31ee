;; Eight locals that are no v128 live in registers; neighbouring pushes of them are one. The others lie below TOP.
(module
  (func (param i32 i64)
    local.get 0  local.set 0
    local.get 1  local.tee 1  drop)
  (func (param i32) (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    local.get 0  local.set 1
    local.get 2  local.tee 3  local.set 17)
  (func (param i32 v128 i32) (local v128) (local $far i64)
    local.get 0  local.get 2  drop  drop
    local.get 1  local.tee 3  drop
    local.get 3  local.set 1)
  (func (param i32 i32) (result i32 i32)
    local.get 0
    (loop (param i32) (result i32 i32) local.get 1)))

;; function 0:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       ldp d8, d9, [x2, #-0x10]
;;   local.get 0
;;       str d8, [x2], #8
;;   local.set 0
;;       ldr d8, [x2, #-8]!
;;   local.get 1
;;       str d9, [x2], #8
;;   local.tee 1
;;       ldur d9, [x2, #-8]
;;   drop
;;       sub x2, x2, #8
;;   end
;;       sub x2, x2, #0x10
;;       ldp d8, d9, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x50]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       stp d10, d11, [sp, #0x20]
;;       stp d12, d13, [sp, #0x30]
;;       stp d14, d15, [sp, #0x40]
;;       ldur d8, [x2, #-8]
;;       movi d9, #0000000000000000
;;       movi d10, #0000000000000000
;;       movi d11, #0000000000000000
;;       movi d12, #0000000000000000
;;       movi d13, #0000000000000000
;;       movi d14, #0000000000000000
;;       movi d15, #0000000000000000
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;       stp xzr, xzr, [x2], #0x10
;;   local.get 0
;;       str d8, [x2], #8
;;   local.set 1
;;       ldr d9, [x2, #-8]!
;;   local.get 2
;;       str d10, [x2], #8
;;   local.tee 3
;;       ldur d11, [x2, #-8]
;;   local.set 17
;;       ldr x5, [x2, #-8]!
;;       stur x5, [x2, #-8]
;;   end
;;       sub x2, x2, #0x58
;;       ldp d8, d9, [sp, #0x10]
;;       ldp d10, d11, [sp, #0x20]
;;       ldp d12, d13, [sp, #0x30]
;;       ldp d14, d15, [sp, #0x40]
;;       ldp x29, x30, [sp], #0x50
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x30]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       str d10, [sp, #0x20]
;;       ldur d8, [x2, #-0x20]
;;       ldur d9, [x2, #-8]
;;       movi d10, #0000000000000000
;;       stp xzr, xzr, [x2], #0x10
;;   local.get 0
;;       stp d8, d9, [x2], #0x10
;;   drop
;;       sub x2, x2, #8
;;   drop
;;       sub x2, x2, #8
;;   local.get 1
;;       ldur q0, [x2, #-0x28]
;;       str q0, [x2], #0x10
;;   local.tee 3
;;       ldur q0, [x2, #-0x10]
;;       stur q0, [x2, #-0x20]
;;   drop
;;       sub x2, x2, #0x10
;;   local.get 3
;;       ldur q0, [x2, #-0x10]
;;       str q0, [x2], #0x10
;;   local.set 1
;;       ldr q0, [x2, #-0x10]!
;;       stur q0, [x2, #-0x28]
;;   end
;;       sub x2, x2, #0x30
;;       ldp d8, d9, [sp, #0x10]
;;       ldr d10, [sp, #0x20]
;;       ldp x29, x30, [sp], #0x30
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       stp d8, d9, [sp, #0x10]
;;       ldp d8, d9, [x2, #-0x10]
;;   local.get 0
;;       str d8, [x2], #8
;;   local.get 1
;;       str d9, [x2], #8
;;   end
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x10
;;       stp x5, x6, [x2, #-0x10]
;;       ldp d8, d9, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
