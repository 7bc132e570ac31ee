;; Vectors take two slots; constants are built in a register, lanes found by their distance from the end.
(module
  (import "m" "g" (global $imported (mut v128)))
  (memory 1)
  (global $g (mut v128) (v128.const i64x2 0 0))
  (func $id (param v128) (result v128) local.get 0)
  (func (result v128 v128 v128 v128)
    v128.const i64x2 0 0
    v128.const i32x4 1 1 1 1
    v128.const i64x2 0x3ff0000000000000 0
    v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
  (func (param v128 v128) (result v128)
    local.get 0
    local.get 1
    i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23)
  (func (param v128 i32) (result v128)
    global.get $g  global.set $imported
    global.get $imported  global.set $g
    local.get 0  local.get 1  i16x8.replace_lane 7
    i32x4.extract_lane 0  drop
    local.get 1  local.get 0  v128.load8_lane 15
    (block (param v128) (result v128) (br_if 0 (local.get 1)) local.get 0  i8x16.add)
    call $id
    local.get 0  local.get 1  select  return)
  (func (param i32 v128) (result v128)
    local.get 0  local.get 1  v128.store64_lane offset=8 1
    local.get 0  local.get 1  v128.store offset=16
    local.get 0  v128.load
    i64.const 7  i64x2.splat
    (block (param v128 v128) (result v128) br 0)
    v128.not))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       ldur q0, [x2, #-0x10]
;;       str q0, [x2], #0x10
;;   end
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x10
;;       stp x5, x6, [x2, #-0x10]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
;;       movi v0.2d, #0000000000000000
;;       str q0, [x2], #0x10
;;   v128.const i32x4 0x00000001 0x00000001 0x00000001 0x00000001
;;       movi v0.4s, #1
;;       str q0, [x2], #0x10
;;   v128.const i32x4 0x00000000 0x3ff00000 0x00000000 0x00000000
;;       fmov d0, #1.00000000
;;       str q0, [x2], #0x10
;;   v128.const i32x4 0x04030201 0x08070605 0x0c0b0a09 0x100f0e0d
;;       ldr q0, L1
;;       b L2
;;   L1:
;;       .word 0x04030201
;;       .word 0x08070605
;;       .word 0x0c0b0a09
;;       .word 0x100f0e0d
;;   L2:
;;       str q0, [x2], #0x10
;;   end
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       mov x29, sp
;;   local.get 0
;;       ldur q0, [x2, #-0x20]
;;       str q0, [x2], #0x10
;;   local.get 1
;;       ldur q0, [x2, #-0x20]
;;       str q0, [x2], #0x10
;;   i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
;;       ldr q3, L1
;;       b L2
;;   L1:
;;       .word 0x11011000
;;       .word 0x13031202
;;       .word 0x15051404
;;       .word 0x17071606
;;   L2:
;;       bl <i8x16.shuffle>
;;   end
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x20
;;       stp x5, x6, [x2, #-0x10]
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-8]
;;   global.get 1
;;       ldr q0, [x1, #0x70]
;;       str q0, [x2], #0x10
;;   global.set 0
;;       ldr x6, [x1, #0x60]
;;       ldr q0, [x2, #-0x10]!
;;       str q0, [x6]
;;   global.get 0
;;       ldr x6, [x1, #0x60]
;;       ldr q0, [x6]
;;       str q0, [x2], #0x10
;;   global.set 1
;;       ldr q0, [x2, #-0x10]!
;;       str q0, [x1, #0x70]
;;   local.get 0
;;       ldur q0, [x2, #-0x18]
;;       str q0, [x2], #0x10
;;   local.get 1
;;       str d8, [x2], #8
;;   i16x8.replace_lane 7
;;       mov x3, #-2
;;       bl <i16x8.replace_lane>
;;   i32x4.extract_lane 0
;;       mov x3, #-0x10
;;       bl <i32x4.extract_lane>
;;   drop
;;       sub x2, x2, #8
;;   local.get 1
;;       str d8, [x2], #8
;;   local.get 0
;;       ldur q0, [x2, #-0x20]
;;       str q0, [x2], #0x10
;;   v128.load8_lane 15
;;       mov x4, #-1
;;       bl <v128.load8_lane at 0>
;;   local.get 1
;;       str d8, [x2], #8
;;   br_if 0
;;       ldr w5, [x2, #-8]!
;;       cbnz w5, L1
;;   local.get 0
;;       ldur q0, [x2, #-0x28]
;;       str q0, [x2], #0x10
;;   i8x16.add
;;       bl <i8x16.add>
;;   L1:
;;   call 0
;;       bl <function 0>
;;   local.get 0
;;       ldur q0, [x2, #-0x28]
;;       str q0, [x2], #0x10
;;   local.get 1
;;       str d8, [x2], #8
;;   select
;;       bl <select v128>
;;   return
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x18
;;       stp x5, x6, [x2, #-0x10]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x20]!
;;       mov x29, sp
;;       str d8, [sp, #0x10]
;;       ldur d8, [x2, #-0x18]
;;   local.get 0
;;       str d8, [x2], #8
;;   local.get 1
;;       ldur q0, [x2, #-0x18]
;;       str q0, [x2], #0x10
;;   v128.store64_lane offset=8 1
;;       mov x4, #-8
;;       mov x3, #8
;;       bl <v128.store64_lane>
;;   local.get 0
;;       str d8, [x2], #8
;;   local.get 1
;;       ldur q0, [x2, #-0x18]
;;       str q0, [x2], #0x10
;;   v128.store offset=16
;;       mov x3, #0x10
;;       bl <v128.store>
;;   local.get 0
;;       str d8, [x2], #8
;;   v128.load
;;       bl <v128.load at 0>
;;   i64.const 7
;;       mov x3, #7
;;       str x3, [x2], #8
;;   i64x2.splat
;;       bl <i64x2.splat>
;;   br 0
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x10
;;       stp x5, x6, [x2, #-0x10]
;;       b L1
;;   L1:
;;   v128.not
;;       bl <v128.not>
;;   end
;;       ldp x5, x6, [x2, #-0x10]
;;       sub x2, x2, #0x18
;;       stp x5, x6, [x2, #-0x10]
;;       ldr d8, [sp, #0x10]
;;       ldp x29, x30, [sp], #0x20
;;       ret
