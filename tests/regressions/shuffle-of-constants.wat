;; Cause: folding a shuffle of constants crashed the baseline compiler, whose sink hears the sixteen lanes as one
;; immediate.  Single-instruction modules whose operands are all constants should have found it.
;;
;; f => v128:0x1f020406080a0c0e101112131415161f
(module
  (func (export "f") (result v128)
    (i8x16.shuffle 31 22 21 20 19 18 17 16 14 12 10 8 6 4 2 31
      (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
      (v128.const i8x16 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31))))
