;; What takes more than one instruction.
(module
  (func (param i32 i32 f64 f64)
    (drop (i32.div_s (local.get 0) (local.get 1)))
    (drop (i32.rem_u (local.get 0) (local.get 1)))
    (drop (i32.rotl (local.get 0) (local.get 1)))
    (drop (i32.popcnt (local.get 0)))
    (drop (i32.ctz (local.get 0)))
    (drop (f64.copysign (local.get 2) (local.get 3)))
    (drop (i32.trunc_f64_u (local.get 2)))
    (drop (i64.trunc_f64_s (local.get 2)))
    (drop (f64.convert_i32_u (i32.wrap_i64 (i64.extend_i32_u (local.get 0)))))))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x20
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       ldr d0, [x2, #0x10]
;;       ldr d1, [x2, #0x18]
;;       bl L1
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x20]!
;;       stp d8, d9, [sp, #0x10]
;;       mov x19, x3
;;       mov x20, x4
;;       fmov d8, d0
;;       fmov d9, d1
;;   i32.div_s
;;       cbz w20, L2
;;       cmp w19, #1
;;       ccmn w20, #1, #0, vs
;;       b.eq L3
;;       sdiv w3, w19, w20
;;   i32.rem_u
;;       cbz w20, L4
;;       udiv w3, w19, w20
;;       msub w3, w3, w20, w19
;;   i32.rotl
;;       neg w3, w20
;;       ror w3, w19, w3
;;   i32.popcnt
;;       fmov s30, w19
;;       cnt v30.8b, v30.8b
;;       addv b30, v30.8b
;;       fmov w3, s30
;;   i32.ctz
;;       rbit w3, w19
;;       clz w3, w3
;;   f64.copysign
;;       movi d0, #0000000000000000
;;       fneg d0, d0
;;       bsl v0.8b, v9.8b, v8.8b
;;   i32.trunc_f64_u
;;       fcmp d8, d8
;;       b.vs L5
;;       fcvtzs x3, d8
;;       cmp x3, w3, uxtw
;;       b.ne L6
;;   i64.trunc_f64_s
;;       mov x16, #0x43e0000000000000
;;       fmov d30, x16
;;       fcmp d8, d30
;;       b.vs L7
;;       b.ge L8
;;       fneg d30, d30
;;       fcmp d8, d30
;;       b.mi L8
;;       fcvtzs x3, d8
;;   i64.extend_i32_u
;;       mov w3, w19
;;   f64.convert_i32_u
;;       ucvtf d0, w3
;;       ldp d8, d9, [sp, #0x10]
;;       ldp x19, x20, [sp], #0x20
;;       ret
;;   L2:
;;   i32.div_s
;;       udf #0x202
;;   L3:
;;   i32.div_s
;;       udf #0x303
;;   L4:
;;   i32.rem_u
;;       udf #0x202
;;   L5:
;;   i32.trunc_f64_u
;;       udf #0x404
;;   L6:
;;   i32.trunc_f64_u
;;       udf #0x303
;;   L7:
;;   i64.trunc_f64_s
;;       udf #0x404
;;   L8:
;;   i64.trunc_f64_s
;;       udf #0x303
