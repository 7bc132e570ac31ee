;; Signed zeros, infinities and the one NaN that operations make.
(module
  (func (export "add") (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1)))
  (func (export "div") (param f64 f64) (result f64) (f64.div (local.get 0) (local.get 1)))
  (func (export "min") (param f32 f32) (result f32) (f32.min (local.get 0) (local.get 1)))
  (func (export "max") (param f64 f64) (result f64) (f64.max (local.get 0) (local.get 1)))
  (func (export "sqrt") (param f64) (result f64) (f64.sqrt (local.get 0)))
  (func (export "nearest") (param f32) (result f32) (f32.nearest (local.get 0)))
  (func (export "neg") (param f32) (result f32) (f32.neg (local.get 0)))
  (func (export "abs") (param f64) (result f64) (f64.abs (local.get 0)))
  (func (export "copysign") (param f32 f32) (result f32) (f32.copysign (local.get 0) (local.get 1)))
  (func (export "lt") (param f32 f32) (result i32) (f32.lt (local.get 0) (local.get 1)))
  (func (export "ne") (param f64 f64) (result i32) (f64.ne (local.get 0) (local.get 1))))
;; add f32:0x7f800000 f32:0xff800000 => f32:0x7fc00000
;; add f32:0xffa00001 f32:0 => f32:0x7fc00000
;; add f32:0x80000000 f32:0x80000000 => f32:0x80000000
;; add f32:0x80000000 f32:0 => f32:0
;; div f64:0x3ff0000000000000 f64:0x8000000000000000 => f64:0xfff0000000000000
;; div f64:0 f64:0 => f64:0x7ff8000000000000
;; min f32:0 f32:0x80000000 => f32:0x80000000
;; min f32:0x7fc00000 f32:0x3f800000 => f32:0x7fc00000
;; max f64:0 f64:0x8000000000000000 => f64:0
;; max f64:0xfff8000000000001 f64:0 => f64:0x7ff8000000000000
;; sqrt f64:0xbff0000000000000 => f64:0x7ff8000000000000
;; sqrt f64:0x8000000000000000 => f64:0x8000000000000000
;; nearest f32:0x40200000 => f32:0x40000000
;; nearest f32:0xbf000000 => f32:0x80000000
;; neg f32:0x7fa00001 => f32:0xffa00001
;; abs f64:0xfff0000000000001 => f64:0x7ff0000000000001
;; copysign f32:0x7fa00001 f32:0x80000000 => f32:0xffa00001
;; lt f32:0x7fc00000 f32:0 => i32:0
;; lt f32:0x80000000 f32:0 => i32:0
;; ne f64:0x7ff8000000000000 f64:0x7ff8000000000000 => i32:1
