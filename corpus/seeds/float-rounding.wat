;; ceil, floor, trunc and nearest around halves, and where a value has no fraction any more.
(module
  (func (export "f32") (param f32) (result f32 f32 f32 f32)
    (f32.ceil (local.get 0)) (f32.floor (local.get 0)) (f32.trunc (local.get 0)) (f32.nearest (local.get 0)))
  (func (export "halves") (param i32) (result f64)
    (f64.nearest (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 0.5)))))
