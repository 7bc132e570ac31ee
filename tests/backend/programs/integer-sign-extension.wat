;; features: wasm-2.0
;; Sign extension from every width.
(module
  (func (export "e8") (param i32) (result i32) (i32.extend8_s (local.get 0)))
  (func (export "e16") (param i32) (result i32) (i32.extend16_s (local.get 0)))
  (func (export "l8") (param i64) (result i64) (i64.extend8_s (local.get 0)))
  (func (export "l32") (param i64) (result i64) (i64.extend32_s (local.get 0))))
;; e8 i32:0x1280 => i32:0xffffff80
;; e16 i32:0x17fff => i32:0x7fff
;; l8 i64:0xff7f => i64:0x7f
;; l32 i64:0x80000000 => i64:0xffffffff80000000
