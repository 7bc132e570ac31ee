;; Loads and stores of every width, signed and unsigned, little endian.
(module
  (memory 1)
  (func (export "s8") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "s16") (param i32 i32) (i32.store16 (local.get 0) (local.get 1)))
  (func (export "s64") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
  (func (export "t32") (param i32 i64) (i64.store32 (local.get 0) (local.get 1)))
  (func (export "l8s") (param i32) (result i32) (i32.load8_s (local.get 0)))
  (func (export "l8u") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "l16s") (param i32) (result i32) (i32.load16_s (local.get 0)))
  (func (export "l16u") (param i32) (result i32) (i32.load16_u (local.get 0)))
  (func (export "m8s") (param i32) (result i64) (i64.load8_s (local.get 0)))
  (func (export "m16s") (param i32) (result i64) (i64.load16_s (local.get 0)))
  (func (export "m32s") (param i32) (result i64) (i64.load32_s (local.get 0)))
  (func (export "m32u") (param i32) (result i64) (i64.load32_u (local.get 0)))
  (func (export "m64") (param i32) (result i64) (i64.load (local.get 0))))
;; s64 i32:8 i64:0xfedcba9876543210 =>
;; l8s i32:15 => i32:-2
;; l8u i32:15 => i32:0xfe
;; l16s i32:14 => i32:0xfffffedc
;; l16u i32:14 => i32:0xfedc
;; m8s i32:15 => i64:-2
;; m16s i32:14 => i64:0xfffffffffffffedc
;; m32s i32:12 => i64:0xfffffffffedcba98
;; m32u i32:12 => i64:0xfedcba98
;; m64 i32:9 => i64:0x00fedcba98765432
;; s8 i32:8 i32:0x1ff =>
;; s16 i32:10 i32:0x12345 =>
;; t32 i32:12 i64:0x1122334455667788 =>
;; m64 i32:8 => i64:0x55667788234532ff
