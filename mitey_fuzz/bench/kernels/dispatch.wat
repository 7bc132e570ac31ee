;; call_indirect: a state machine whose states are functions in a table.
(module
  (type $state (func (param i32 i32) (result i32)))
  (table funcref (elem $plus $times $shift $mix))
  (func $plus (type $state) (i32.add (local.get 0) (local.get 1)))
  (func $times (type $state) (i32.mul (local.get 0) (i32.or (local.get 1) (i32.const 1))))
  (func $shift (type $state) (i32.rotl (local.get 0) (local.get 1)))
  (func $mix (type $state) (i32.xor (local.get 0) (i32.shr_u (local.get 1) (i32.const 3))))
  (func (export "run") (result i32)
    (local $count i32) (local $value i32)
    (local.set $count (i32.const 10000))
    (local.set $value (i32.const 1))
    (loop $next
      (local.set $value
        (call_indirect (type $state)
          (local.get $value)
          (local.get $count)
          (i32.and (local.get $count) (i32.const 3))))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $value)))
