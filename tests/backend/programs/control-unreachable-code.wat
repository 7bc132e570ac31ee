;; Code after an unconditional branch is skipped whatever is on its imaginary stack.
(module
  (func (export "after-br") (result i32)
    (block (result i32) (br 0 (i32.const 1)) i32.add (if (result f64) (then unreachable f64.neg) (else unreachable)) drop))
  (func (export "after-return") (result i32)
    (return (i32.const 2)) (loop (br 0)) (block (result i32) (i32.const 9) (br 0)))
  (func (export "else-only") (param i32) (result i32)
    (if (result i32) (local.get 0) (then unreachable) (else (i32.const 3))))
  (func (export "end-of-loop") (param i32) (result i32)
    (block (loop (br_if 1 (i32.eqz (local.get 0))) (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0)) unreachable)
    i32.const 4))
;; after-br => i32:1
;; after-return => i32:2
;; else-only i32:0 => i32:3
;; else-only i32:1 => trap unreachable
;; end-of-loop i32:5 => i32:4
