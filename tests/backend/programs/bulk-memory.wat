;; features: wasm-2.0
;; Bulk operations check bounds before they write, and dropped segments are empty.
(module
  (memory 1) (data $d "hello") (table 4 funcref) (elem $e func $f $f) (func $f)
  (func (export "init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $d))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tinit") (param i32 i32 i32) (table.init $e (local.get 0) (local.get 1) (local.get 2)))
  (func (export "get") (param i32) (result i64) (i64.load (local.get 0))))
;; init i32:0 i32:0 i32:5 =>
;; get i32:0 => i64:0x6f6c6c6568
;; copy i32:1 i32:0 i32:5 =>
;; get i32:0 => i64:0x6f6c6c656868
;; fill i32:0 i32:0x102 i32:2 =>
;; get i32:0 => i64:0x6f6c6c650202
;; init i32:0 i32:1 i32:5 => trap out of bounds memory access
;; init i32:65535 i32:0 i32:2 => trap out of bounds memory access
;; fill i32:65535 i32:1 i32:2 => trap out of bounds memory access
;; copy i32:65530 i32:0 i32:7 => trap out of bounds memory access
;; get i32:65528 => i64:0
;; fill i32:65536 i32:1 i32:0 =>
;; fill i32:65537 i32:1 i32:0 => trap out of bounds memory access
;; drop =>
;; init i32:0 i32:0 i32:0 =>
;; init i32:0 i32:0 i32:1 => trap out of bounds memory access
;; tinit i32:2 i32:0 i32:2 =>
;; tinit i32:3 i32:0 i32:2 => trap out of bounds table access
