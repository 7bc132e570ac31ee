;; br_table carries a value to labels at several depths, with values below it that are thrown away.
(module
  (func (export "f") (param i32 i32) (result i32)
    (block $a (result i32)
      (i32.const 1000)
      (block $b (result i32)
        (i32.const 2000)
        (block $c (result i32)
          (i32.const 3000)
          (i32.add (local.get 1) (i32.const 7))
          (br_table $c $b $a $b $a (local.get 0)))
        (i32.add))
      (i32.add))))
