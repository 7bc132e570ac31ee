;; Vectors: constants, forms with a zero or a constant amount, results written over operands, what takes several words.
(module
  (memory 1)
  (global $v (mut v128) (v128.const i64x2 0 0))

  ;; Constants: by one word, repeated from a general register, as data that is jumped over.
  (func (param v128) (result v128)
    (i8x16.add (v128.const i64x2 0 0) (local.get 0))
    (v128.const i32x4 0x40a00000 0x40a00000 0x40a00000 0x40a00000) i8x16.add
    (v128.const i16x8 0x1234 0x1234 0x1234 0x1234 0x1234 0x1234 0x1234 0x1234) i8x16.add
    (v128.const i64x2 0x0123456789abcdef 0xfedcba9876543210) i8x16.add)

  ;; Comparisons with zero on either side; a result that goes to a local at once.
  (func (param v128 v128)
    (local.set 1 (i32x4.gt_s (local.get 0) (v128.const i64x2 0 0)))
    (local.set 0 (i32x4.gt_s (v128.const i64x2 0 0) (local.get 1)))
    (local.set 1 (i16x8.ne (local.get 0) (v128.const i64x2 0 0)))
    (local.set 0 (i8x16.lt_u (local.get 0) (local.get 1)))
    (local.set 0 (f64x2.ne (local.get 0) (local.get 1))))

  ;; Shifts by a constant, modulo the width, and by an operand.
  (func (param v128 i32) (result v128)
    (i16x8.shl (local.get 0) (i32.const 17))
    (i8x16.shr_u (i32.const 8))
    (i64x2.shr_s (i32.const 63))
    (i32x4.shl (local.get 1))
    (i32x4.shr_s (local.get 1)))

  ;; Choice by bits: written over the mask, over the second, over the first, over none.
  (func (param v128 v128 v128) (result v128 v128 v128 v128)
    (v128.bitselect (local.get 0) (local.get 1) (v128.not (local.get 2)))
    (v128.bitselect (local.get 0) (v128.not (local.get 1)) (local.get 2))
    (v128.bitselect (v128.not (local.get 0)) (local.get 1) (local.get 2))
    (v128.bitselect (local.get 0) (local.get 1) (local.get 2)))

  ;; Choice by a condition.
  (func (param v128 v128 i32) (result v128)
    (select (local.get 0) (local.get 1) (i32.lt_s (local.get 2) (i32.const 5))))

  ;; Answers as an i32: branched on, and as a value.
  (func (param v128) (result i32)
    (if (v128.any_true (local.get 0)) (then (return (i8x16.bitmask (local.get 0)))))
    (if (i64x2.all_true (local.get 0)) (then (return (i64x2.bitmask (local.get 0)))))
    (i16x8.all_true (local.get 0)))

  ;; Lanes; the first float emits nothing.
  (func (param v128 i32 f32) (result f32 f32 i32 i64 v128 v128)
    (f32x4.extract_lane 0 (local.get 0))
    (f32x4.extract_lane 3 (local.get 0))
    (i8x16.extract_lane_s 9 (local.get 0))
    (i64x2.extract_lane 1 (local.get 0))
    (f32x4.replace_lane 2 (i16x8.splat (local.get 1)) (local.get 2))
    (i32x4.replace_lane 1 (local.get 0) (i32.const 0)))

  ;; Shuffles: a pattern, one register, zeros for the others, both.
  (func (param v128 v128) (result v128 v128 v128 v128)
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get 0) (local.get 1))
    (i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 (local.get 0) (local.get 1))
    (i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 16 (local.get 0) (v128.const i64x2 0 0))
    (i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 16 (local.get 0) (local.get 1)))

  ;; Arithmetic that takes several words.
  (func (param v128 v128) (result v128 v128 v128 v128 v128)
    (i64x2.mul (local.get 0) (local.get 1))
    (i32x4.dot_i16x8_s (local.get 0) (local.get 1))
    (i8x16.narrow_i16x8_u (local.get 0) (local.get 1))
    (f32x4.pmin (local.get 0) (local.get 1))
    (i32x4.trunc_sat_f64x2_s_zero (local.get 0)))

  ;; Memory: addresses of registers, of single lanes, of all lanes.
  (func (param i32 v128) (result v128)
    (v128.store offset=16 (local.get 0) (local.get 1))
    (v128.store32_lane offset=4 0 (local.get 0) (local.get 1))
    (v128.store32_lane offset=4 1 (local.get 0) (local.get 1))
    (v128.load16_lane offset=70000 5 (local.get 0) (v128.load8x8_u (local.get 0)))
    (v128.load64_splat (i32.const 8))
    i64x2.add
    (v128.load32_zero offset=8 (local.get 0))
    i64x2.add)

  ;; A call: vectors are in no home then.
  (func $callee (param v128 i32) (result v128) (global.get $v))
  (func (param v128) (result v128) (local v128)
    (local.set 1 (i8x16.neg (local.get 0)))
    (global.set $v (call $callee (local.get 0) (i32.const 1)))
    (i8x16.add (local.get 0) (local.get 1)))

  ;; A loop that calls nothing: they are.
  (func (param i32 v128) (result v128)
    (loop
      (local.set 1 (i32x4.add (local.get 1) (local.get 1)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr q0, [x2]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str d8, [sp]
;;       mov v8.16b, v0.16b
;;   i8x16.add
;;       movi v0.2d, #0000000000000000
;;       add v0.16b, v0.16b, v8.16b
;;   i8x16.add
;;       fmov v1.4s, #5.00000000
;;       add v0.16b, v0.16b, v1.16b
;;   i8x16.add
;;       mov w16, #0x1234
;;       dup v1.8h, w16
;;       add v0.16b, v0.16b, v1.16b
;;   i8x16.add
;;       ldr q1, L2
;;       b L3
;;   L2:
;;       .word 0x89abcdef
;;       .word 0x01234567
;;       .word 0x76543210
;;       .word 0xfedcba98
;;   L3:
;;       add v0.16b, v0.16b, v1.16b
;;       ldr d8, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x20
;;       ldr q0, [x2]
;;       ldr q1, [x2, #0x10]
;;       bl L1
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       stp d8, d9, [sp]
;;       mov v8.16b, v0.16b
;;       mov v9.16b, v1.16b
;;   i32x4.gt_s
;;       cmgt v9.4s, v8.4s, #0
;;   i32x4.gt_s
;;       cmlt v8.4s, v9.4s, #0
;;   i16x8.ne
;;       cmtst v9.8h, v8.8h, v8.8h
;;   i8x16.lt_u
;;       cmhi v8.16b, v9.16b, v8.16b
;;   f64x2.ne
;;       fcmeq v0.2d, v8.2d, v9.2d
;;       mvn v8.16b, v0.16b
;;       ldp d8, d9, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 2:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x18
;;       ldr q0, [x2]
;;       ldr x3, [x2, #0x10]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       str d8, [sp, #8]
;;       mov v8.16b, v0.16b
;;       mov x19, x3
;;   i16x8.shl
;;       shl v0.8h, v8.8h, #1
;;   i64x2.shr_s
;;       sshr v0.2d, v0.2d, #0x3f
;;   i32x4.shl
;;       and w16, w19, #0x1f
;;       dup v30.4s, w16
;;       ushl v0.4s, v0.4s, v30.4s
;;   i32x4.shr_s
;;       and w16, w19, #0x1f
;;       neg w16, w16
;;       dup v30.4s, w16
;;       sshl v0.4s, v0.4s, v30.4s
;;       ldr x19, [sp]
;;       ldr d8, [sp, #8]
;;       add sp, sp, #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x30
;;       ldr q0, [x2]
;;       ldr q1, [x2, #0x10]
;;       ldr q2, [x2, #0x20]
;;       bl L1
;;       str q0, [x2]
;;       str q1, [x2, #0x10]
;;       str q2, [x2, #0x20]
;;       str q3, [x2, #0x30]
;;       add x2, x2, #0x40
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x20
;;       stp d8, d9, [sp]
;;       str d10, [sp, #0x10]
;;       mov v8.16b, v0.16b
;;       mov v9.16b, v1.16b
;;       mov v10.16b, v2.16b
;;   v128.not
;;       mvn v0.16b, v10.16b
;;   v128.bitselect
;;       bsl v0.16b, v8.16b, v9.16b
;;   v128.not
;;       mvn v1.16b, v9.16b
;;   v128.bitselect
;;       bit v1.16b, v8.16b, v10.16b
;;   v128.not
;;       mvn v2.16b, v8.16b
;;   v128.bitselect
;;       bif v2.16b, v9.16b, v10.16b
;;   v128.bitselect
;;       mov v3.16b, v10.16b
;;       bsl v3.16b, v8.16b, v9.16b
;;       ldp d8, d9, [sp]
;;       ldr d10, [sp, #0x10]
;;       add sp, sp, #0x20
;;       ret
;; function 4:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x28
;;       ldr q0, [x2]
;;       ldr q1, [x2, #0x10]
;;       ldr x3, [x2, #0x20]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x20
;;       str x19, [sp]
;;       stp d8, d9, [sp, #8]
;;       mov v8.16b, v0.16b
;;       mov v9.16b, v1.16b
;;       mov x19, x3
;;   i32.lt_s
;;       cmp w19, #5
;;   select
;;       csetm x16, lt
;;       dup v0.2d, x16
;;       bsl v0.16b, v8.16b, v9.16b
;;       ldr x19, [sp]
;;       ldp d8, d9, [sp, #8]
;;       add sp, sp, #0x20
;;       ret
;; function 5:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr q0, [x2]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str d8, [sp]
;;       mov v8.16b, v0.16b
;;   v128.any_true
;;       umaxv s30, v8.4s
;;       fmov w3, s30
;;       cbz w3, L2
;;   i8x16.bitmask
;;       ushr v30.16b, v8.16b, #7
;;       usra v30.8h, v30.8h, #7
;;       usra v30.4s, v30.4s, #0xe
;;       usra v30.2d, v30.2d, #0x1c
;;       umov w3, v30.b[0]
;;       umov w16, v30.b[8]
;;       orr w3, w3, w16, lsl #8
;;   return
;;       b L4
;;   L2:
;;   i64x2.all_true
;;       cmeq v30.2d, v8.2d, #0
;;       umaxv s30, v30.4s
;;       fmov w3, s30
;;       cbnz w3, L3
;;   i64x2.bitmask
;;       ushr v30.2d, v8.2d, #0x3f
;;       umov w3, v30.b[0]
;;       umov w16, v30.b[8]
;;       orr w3, w3, w16, lsl #1
;;   return
;;       b L4
;;   L3:
;;   i16x8.all_true
;;       uminv h30, v8.8h
;;       fmov w3, s30
;;       cmp w3, #0
;;   end
;;       cset w3, ne
;;   L4:
;;       ldr d8, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 6:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x20
;;       ldr q0, [x2]
;;       ldr x3, [x2, #0x10]
;;       ldr d1, [x2, #0x18]
;;       bl L1
;;       str d0, [x2]
;;       str d1, [x2, #8]
;;       str x3, [x2, #0x10]
;;       str x4, [x2, #0x18]
;;       str q2, [x2, #0x20]
;;       str q3, [x2, #0x30]
;;       add x2, x2, #0x40
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x20
;;       str x19, [sp]
;;       stp d8, d9, [sp, #8]
;;       mov v8.16b, v0.16b
;;       mov x19, x3
;;       fmov d9, d1
;;   f32x4.extract_lane 3
;;       mov s0, v8.s[3]
;;   i8x16.extract_lane_s 9
;;       smov w3, v8.b[9]
;;   i64x2.extract_lane 1
;;       mov x4, v8.d[1]
;;   i16x8.splat
;;       dup v1.8h, w19
;;   f32x4.replace_lane 2
;;       mov v1.s[2], v9.s[0]
;;   i32x4.replace_lane 1
;;       mov v2.16b, v8.16b
;;       mov v2.s[1], wzr
;;   end
;;       mov v3.16b, v2.16b
;;       mov v2.16b, v1.16b
;;       fmov d1, d0
;;       fmov d0, d8
;;       ldr x19, [sp]
;;       ldp d8, d9, [sp, #8]
;;       add sp, sp, #0x20
;;       ret
;; function 7:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x20
;;       ldr q0, [x2]
;;       ldr q1, [x2, #0x10]
;;       bl L1
;;       str q0, [x2]
;;       str q1, [x2, #0x10]
;;       str q2, [x2, #0x20]
;;       str q3, [x2, #0x30]
;;       add x2, x2, #0x40
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       stp d8, d9, [sp]
;;       mov v8.16b, v0.16b
;;       mov v9.16b, v1.16b
;;   i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
;;       zip1 v0.16b, v8.16b, v9.16b
;;   i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1
;;       movi v1.2d, #0000000000000000
;;       mov x16, #0x100000000000000
;;       mov v1.d[1], x16
;;       tbl v1.16b, {v8.16b}, v1.16b
;;   i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 16
;;       movi v2.2d, #0xff00000000000000
;;       mov v2.d[0], xzr
;;       tbl v2.16b, {v8.16b}, v2.16b
;;   i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 16
;;       movi v3.2d, #0000000000000000
;;       mov x16, #0x1000000000000000
;;       mov v3.d[1], x16
;;       tbl v3.16b, {v8.16b, v9.16b}, v3.16b
;;       ldp d8, d9, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 8:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x20
;;       ldr q0, [x2]
;;       ldr q1, [x2, #0x10]
;;       bl L1
;;       str q0, [x2]
;;       str q1, [x2, #0x10]
;;       str q2, [x2, #0x20]
;;       str q3, [x2, #0x30]
;;       add x2, x2, #0x50
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       stp d8, d9, [sp]
;;       mov v8.16b, v0.16b
;;       mov v9.16b, v1.16b
;;   i64x2.mul
;;       rev64 v0.4s, v9.4s
;;       mul v0.4s, v0.4s, v8.4s
;;       uaddlp v0.2d, v0.4s
;;       shl v0.2d, v0.2d, #0x20
;;       xtn v30.2s, v8.2d
;;       xtn v31.2s, v9.2d
;;       umlal v0.2d, v30.2s, v31.2s
;;   i32x4.dot_i16x8_s
;;       smull v30.4s, v8.4h, v9.4h
;;       smull2 v1.4s, v8.8h, v9.8h
;;       addp v1.4s, v30.4s, v1.4s
;;   i8x16.narrow_i16x8_u
;;       sqxtun v2.8b, v8.8h
;;       sqxtun2 v2.16b, v9.8h
;;   f32x4.pmin
;;       fcmgt v3.4s, v8.4s, v9.4s
;;       bsl v3.16b, v9.16b, v8.16b
;;   i32x4.trunc_sat_f64x2_s_zero
;;       fcvtzs v4.2d, v8.2d
;;       sqxtn v4.2s, v4.2d
;;   end
;;       str q4, [x2, #0x40]
;;       ldp d8, d9, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 9:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x18
;;       ldr x3, [x2]
;;       ldur q0, [x2, #8]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       str d8, [sp, #8]
;;       mov x19, x3
;;       mov v8.16b, v0.16b
;;   v128.store offset=16
;;       add x14, x0, w19, uxtw
;;       str q8, [x14, #0x10]  ; out of bounds memory access
;;   v128.store32_lane offset=4 0
;;       str s8, [x14, #4]  ; out of bounds memory access
;;   v128.store32_lane offset=4 1
;;       add x16, x14, #4
;;       st1 {v8.s}[1], [x16]  ; out of bounds memory access
;;   v128.load8x8_u
;;       ldr d0, [x14]  ; out of bounds memory access
;;       ushll v0.8h, v0.8b, #0
;;   v128.load16_lane offset=70000 5
;;       add x16, x14, #0x11, lsl #12
;;       add x16, x16, #0x170
;;       ld1 {v0.h}[5], [x16]  ; out of bounds memory access
;;   v128.load64_splat
;;       add x16, x0, #8
;;       ld1r {v1.2d}, [x16]  ; out of bounds memory access
;;   i64x2.add
;;       add v0.2d, v0.2d, v1.2d
;;   v128.load32_zero offset=8
;;       ldr s1, [x14, #8]  ; out of bounds memory access
;;   i64x2.add
;;       add v0.2d, v0.2d, v1.2d
;;       ldr x19, [sp]
;;       ldr d8, [sp, #8]
;;       add sp, sp, #0x10
;;       ret
;; function 10:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x18
;;       ldr q0, [x2]
;;       ldr x3, [x2, #0x10]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;   global.get 0
;;       ldr q0, [x1, #0x60]
;;       ret
;; function 11:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr q0, [x2]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x29, x30, [sp, #-0x10]!
;;       str q0, [x2]
;;       add x16, x2, #0x10
;;       stp xzr, xzr, [x16]
;;   i8x16.neg
;;       ldr q0, [x2]
;;       neg v0.16b, v0.16b
;;   local.set 1
;;       str q0, [x2, #0x10]
;;   call 10
;;       ldr q0, [x2]
;;       mov w3, #1
;;       add x2, x2, #0x20
;;       bl <function 10>
;;       sub x2, x2, #0x20
;;   global.set 0
;;       str q0, [x1, #0x60]
;;   i8x16.add
;;       ldr q0, [x2]
;;       ldr q1, [x2, #0x10]
;;       add v0.16b, v0.16b, v1.16b
;;       ldp x29, x30, [sp], #0x10
;;       ret
;; function 12:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x18
;;       ldr x3, [x2]
;;       ldur q0, [x2, #8]
;;       bl L1
;;       str q0, [x2]
;;       add x2, x2, #0x10
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       str d8, [sp, #8]
;;       mov x19, x3
;;       mov v8.16b, v0.16b
;;   L2:
;;   i32x4.add
;;       add v8.4s, v8.4s, v8.4s
;;   i32.sub
;;       sub w19, w19, #1
;;   br_if 0
;;       cbnz w19, L2
;;   end
;;       mov v0.16b, v8.16b
;;       ldr x19, [sp]
;;       ldr d8, [sp, #8]
;;       add sp, sp, #0x10
;;       ret
