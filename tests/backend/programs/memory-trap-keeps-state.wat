;; What was done before a trap stays done.
(module
  (memory 1) (global $g (mut i32) (i32.const 0))
  (func (export "f") (param i32)
    (i32.store (i32.const 0) (i32.const 5)) (global.set $g (i32.const 6)) (i32.store (local.get 0) (i32.const 7)))
  (func (export "state") (result i32 i32) (i32.load (i32.const 0)) (global.get $g)))
;; f i32:-4 => trap out of bounds memory access
;; state => i32:5 i32:6
