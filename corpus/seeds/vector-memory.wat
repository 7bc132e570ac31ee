;; Loads that widen, splat or fill one lane, at the end of memory and across it.
(module
  (memory (export "m") 1)
  (data (i32.const 65520) "\80\7f\81\01\ff\00\fe\10\20\30\40\50\60\70\f0\0f")
  (func (export "widen") (param i32) (result v128 v128 v128)
    (v128.load8x8_s (local.get 0)) (v128.load16_splat (local.get 0)) (v128.load32_zero offset=65520 (local.get 0)))
  (func (export "lanes") (param i32 v128) (result v128)
    (v128.store16_lane 7 (local.get 0) (local.get 1))
    (v128.load8_lane offset=1 15 (local.get 0) (local.get 1)))
  (func (export "end") (result v128)
    (v128.store offset=65504 (i32.const 0) (v128.load (i32.const 65520)))
    (v128.load offset=65519 align=1 (i32.const 1)))
  (func (export "beyond") (result v128) (v128.load64_lane offset=65529 1 (i32.const 0) (v128.const i64x2 1 2))))
