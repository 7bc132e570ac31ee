;; br_table reaches every label and takes the default for everything else, the largest index too.
(module
  (func (export "f") (param i32) (result i32)
    (block (block (block (block (block
      (br_table 3 2 1 0 3 4 (local.get 0)))
      (return (i32.const 10))) (return (i32.const 11))) (return (i32.const 12))) (return (i32.const 13)))
    i32.const 14)
  (func (export "only-default") (param i32) (result i32)
    (block (br_table 0 (local.get 0)) (return (i32.const 1))) i32.const 2))
;; f i32:0 => i32:13
;; f i32:1 => i32:12
;; f i32:2 => i32:11
;; f i32:3 => i32:10
;; f i32:4 => i32:13
;; f i32:5 => i32:14
;; f i32:0x80000000 => i32:14
;; f i32:-1 => i32:14
;; only-default i32:0 => i32:2
;; only-default i32:-1 => i32:2
