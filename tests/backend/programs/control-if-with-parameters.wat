;; Both arms of an if see its parameters; a missing else passes them on.
(module
  (func (export "both") (param i32 i32) (result i32)
    local.get 0 i32.const 3 local.get 1
    (if (param i32 i32) (result i32) (then i32.sub) (else i32.mul)))
  (func (export "pass") (param i32 i32) (result i32)
    local.get 0 local.get 1
    (if (param i32) (result i32) (then i32.const 1 i32.add))))
;; both i32:10 i32:1 => i32:7
;; both i32:10 i32:0 => i32:30
;; pass i32:5 i32:0 => i32:5
;; pass i32:5 i32:2 => i32:6
