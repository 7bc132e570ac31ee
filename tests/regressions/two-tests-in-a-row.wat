;; Cause: of a comparison with zero that TBZ did without, two words were taken back and the note about it stayed; the next
;; comparison ended where the note said, and was taken for it, branch before included.
;;
;; or i32:1 i32:0 i32:0 => i32:9
;; or i32:0 i32:1 i32:0 => i32:9
;; or i32:1 i32:1 i32:0 => i32:7
;; nested i32:0 i32:4 => i32:1
;; nested i32:0 i32:5 => i32:2
;; nested i32:1 i32:4 => i32:3
;; float i32:0 f64:0x3ff0000000000000 f64:0 => i32:1
;; float i32:0 f64:0 f64:0x3ff0000000000000 => i32:2
;; float i32:0x80 f64:0 f64:0 => i32:2
(module
  (func (export "or") (param i32 i32 i32) (result i32)
    (block
      (br_if 0 (i32.eqz (i32.and (local.get 0) (i32.const 1))))
      (br_if 0 (i32.eq (local.get 1) (local.get 2)))
      (return (i32.const 7)))
    (i32.const 9))
  (func (export "nested") (param i32 i32) (result i32)
    (if (i32.eqz (i32.and (local.get 0) (i32.const 1)))
      (then
        (if (i32.lt_s (local.get 1) (i32.const 5)) (then (return (i32.const 1))))
        (return (i32.const 2))))
    (i32.const 3))
  (func (export "float") (param i32 f64 f64) (result i32)
    (block
      (br_if 0 (i32.eqz (i32.eqz (i32.and (i32.shr_u (local.get 0) (i32.const 7)) (i32.const 1)))))
      (br_if 0 (i32.eqz (f64.ge (local.get 1) (local.get 2))))
      (return (i32.const 1)))
    (i32.const 2)))
