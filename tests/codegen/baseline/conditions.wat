;; Comparisons stay in the flags until somebody needs them elsewhere.
(module
  (func (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.lt_u (local.get 0) (local.get 1))))
  (func (param i64 f32) (result i32)
    (block $out
      (br_if $out (i64.eqz (local.get 0)))
      (br_if $out (i32.eqz (f32.lt (local.get 1) (f32.const 2))))
      (return (i32.const 1)))
    (i32.const 0))
  (func (param i32) (result i32)
    (i32.add (i32.gt_s (local.get 0) (i32.const 5)) (i32.lt_s (local.get 0) (i32.const -5))))
  (func (param i32 i32) (result i32)
    (if (i32.and (i32.eq (local.get 0) (local.get 1)) (local.get 1)) (then (return (i32.const 7))))
    (i32.const 8)))

;; function 0:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.lt_u
;;       cmp w19, w20
;;   select
;;       csel x3, x19, x20, lo
;;       ldp x19, x20, [sp], #0x10
;;       ret
;; function 1:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr d0, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       str d8, [sp, #8]
;;       mov x19, x3
;;       fmov d8, d0
;;   i64.eqz
;;       cbz x19, L2
;;   f32.lt
;;       fmov s0, #2.00000000
;;       fcmp s8, s0
;;   br_if 0
;;       b.pl L2
;;   return
;;       mov w3, #1
;;       b L3
;;   L2:
;;   end
;;       mov w3, #0
;;   L3:
;;       ldr x19, [sp]
;;       ldr d8, [sp, #8]
;;       add sp, sp, #0x10
;;       ret
;; function 2:
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
;;   i32.gt_s
;;       cmp w19, #5
;;   i32.lt_s
;;       cset w3, gt
;;       cmn w19, #5
;;   i32.add
;;       cset w4, lt
;;       add w3, w3, w4
;;       ldr x19, [sp]
;;       add sp, sp, #0x10
;;       ret
;; function 3:
;;       stp x29, x30, [sp, #-0x10]!
;;       sub x2, x2, #0x10
;;       ldr x3, [x2]
;;       ldr x4, [x2, #8]
;;       bl L1
;;       str x3, [x2]
;;       add x2, x2, #8
;;       ldp x29, x30, [sp], #0x10
;;       ret
;;   L1:
;;       stp x19, x20, [sp, #-0x10]!
;;       mov x19, x3
;;       mov x20, x4
;;   i32.eq
;;       cmp w19, w20
;;   i32.and
;;       cset w3, eq
;;       and w3, w3, w20
;;   if
;;       cbz w3, L2
;;   return
;;       mov w3, #7
;;       b L3
;;   L2:
;;   end
;;       mov w3, #8
;;   L3:
;;       ldp x19, x20, [sp], #0x10
;;       ret
