;; Records of two fields behind one computed address: counts keys in a hash map with open addressing.
(module
  (memory 1)
  (func $count (param $key i32)
    (local $slot i32)
    (local.set $slot (i32.mul (local.get $key) (i32.const 0x9e3779b1)))
    (local.set $slot (i32.shl (i32.shr_u (local.get $slot) (i32.const 22)) (i32.const 4)))
    (block $found
      (loop $probe
        (br_if $found (i32.eq (i32.load offset=1024 (local.get $slot)) (local.get $key)))
        (if (i32.eqz (i32.load offset=1028 (local.get $slot)))
          (then
            (i32.store offset=1024 (local.get $slot) (local.get $key))
            (br $found)))
        (local.set $slot (i32.and (i32.add (local.get $slot) (i32.const 16)) (i32.const 0x3fff)))
        (br $probe)))
    (i32.store offset=1028 (local.get $slot) (i32.add (i32.load offset=1028 (local.get $slot)) (i32.const 1)))
    (i64.store offset=1032
      (local.get $slot)
      (i64.add (i64.load offset=1032 (local.get $slot)) (i64.extend_i32_u (local.get $key)))))
  (func (export "run") (result i64)
    (local $n i32) (local $seed i32) (local $sum i64)
    (local.set $seed (i32.const 7))
    (loop $keys
      (local.set $seed (i32.add (i32.mul (local.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
      (call $count (i32.add (i32.rem_u (i32.shr_u (local.get $seed) (i32.const 8)) (i32.const 700)) (i32.const 1)))
      (br_if $keys (i32.lt_s (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10000))))
    (local.set $n (i32.const 0))
    (loop $slots
      (local.set $sum
        (i64.xor
          (i64.rotl (local.get $sum) (i64.const 7))
          (i64.add
            (i64.load offset=1032 (local.get $n))
            (i64.extend_i32_s (i32.load offset=1028 (local.get $n))))))
      (br_if $slots (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 16))) (i32.const 0x4000))))
    (local.get $sum)))
