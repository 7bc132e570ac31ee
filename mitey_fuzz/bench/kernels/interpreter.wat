;; br_table: an interpreter of stack code that sums squares, read from memory byte by byte.
(module
  (memory 1)
  ;; r0 = 2000; do { r1 += r0 * r0; r0 -= 1 } while (r0); halt
  ;; 0 n: push n, 1 r: get r, 2 r: set r, 3: add, 4: mul, 5: sub, 6 pc: jump if not zero, 7: halt
  (data (i32.const 0) "\01\01\01\00\01\00\04\03\02\01\01\00\00\01\05\02\00\01\00\06\00\07")
  (func (export "run") (result i32)
    (local $pc i32) (local $sp i32) (local $code i32)
    (i32.store (i32.const 64) (i32.const 2000))
    (local.set $sp (i32.const 128))
    (loop $next
      (local.set $code (i32.load8_u (local.get $pc)))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (block $halt
        (block $jump
          (block $sub
            (block $mul
              (block $add
                (block $set
                  (block $get
                    (block $push
                      (br_table $push $get $set $add $mul $sub $jump $halt (local.get $code)))
                    (i32.store (local.get $sp) (i32.load8_u (local.get $pc)))
                    (local.set $sp (i32.add (local.get $sp) (i32.const 4)))
                    (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                    (br $next))
                  (i32.store
                    (local.get $sp)
                    (i32.load offset=64 (i32.shl (i32.load8_u (local.get $pc)) (i32.const 2))))
                  (local.set $sp (i32.add (local.get $sp) (i32.const 4)))
                  (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                  (br $next))
                (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
                (i32.store offset=64
                  (i32.shl (i32.load8_u (local.get $pc)) (i32.const 2))
                  (i32.load (local.get $sp)))
                (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                (br $next))
              (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
              (i32.store
                (i32.sub (local.get $sp) (i32.const 4))
                (i32.add (i32.load (i32.sub (local.get $sp) (i32.const 4))) (i32.load (local.get $sp))))
              (br $next))
            (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
            (i32.store
              (i32.sub (local.get $sp) (i32.const 4))
              (i32.mul (i32.load (i32.sub (local.get $sp) (i32.const 4))) (i32.load (local.get $sp))))
            (br $next))
          (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
          (i32.store
            (i32.sub (local.get $sp) (i32.const 4))
            (i32.sub (i32.load (i32.sub (local.get $sp) (i32.const 4))) (i32.load (local.get $sp))))
          (br $next))
        (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
        (local.set $pc
          (select
            (i32.load8_u (local.get $pc))
            (i32.add (local.get $pc) (i32.const 1))
            (i32.load (local.get $sp))))
        (br $next)))
    (i32.load offset=64 (i32.const 4))))
