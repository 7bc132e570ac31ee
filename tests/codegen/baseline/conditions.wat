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
;;       sub sp, sp, #0x10
;;       stp x19, x20, [sp]
;;       sub x2, x2, #0x10
;;       ldr x19, [x2]
;;       ldr x20, [x2, #8]
;;   i32.lt_u
;;       cmp w19, w20
;;   select
;;       csel x3, x19, x20, lo
;;   end
;;       str x3, [x2]
;;       ldp x19, x20, [sp]
;;       add sp, sp, #0x10
;;       add x2, x2, #8
;;       ret
;; function 1:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       str d8, [sp, #8]
;;       sub x2, x2, #0x10
;;       ldr x19, [x2]
;;       ldr d8, [x2, #8]
;;   i64.eqz
;;       cbz x19, L1
;;   f32.lt
;;       fmov s0, #2.00000000
;;       fcmp s8, s0
;;   br_if 0
;;       b.pl L1
;;   return
;;       mov w16, #1
;;       str x16, [x2]
;;       b L2
;;   L1:
;;   end
;;       str xzr, [x2]
;;   L2:
;;       ldr x19, [sp]
;;       ldr d8, [sp, #8]
;;       add sp, sp, #0x10
;;       add x2, x2, #8
;;       ret
;; function 2:
;;       sub sp, sp, #0x10
;;       str x19, [sp]
;;       sub x2, x2, #8
;;       ldr x19, [x2]
;;   i32.gt_s
;;       cmp w19, #5
;;   i32.lt_s
;;       cset w3, gt
;;       cmn w19, #5
;;   i32.add
;;       cset w4, lt
;;       add w3, w3, w4
;;   end
;;       str x3, [x2]
;;       ldr x19, [sp]
;;       add sp, sp, #0x10
;;       add x2, x2, #8
;;       ret
;; function 3:
;;       sub sp, sp, #0x10
;;       stp x19, x20, [sp]
;;       sub x2, x2, #0x10
;;       ldr x19, [x2]
;;       ldr x20, [x2, #8]
;;   i32.eq
;;       cmp w19, w20
;;   i32.and
;;       cset w3, eq
;;       and w3, w3, w20
;;   if
;;       cbz w3, L1
;;   return
;;       mov w16, #7
;;       str x16, [x2]
;;       b L2
;;   L1:
;;   end
;;       mov w16, #8
;;       str x16, [x2]
;;   L2:
;;       ldp x19, x20, [sp]
;;       add sp, sp, #0x10
;;       add x2, x2, #8
;;       ret
