;;; Hash functions of the standard types. They take a second argument for the sake of programs
;;; written for SRFI 69, and ignore it.

;; Hashes are kept below this, so that mixing them needs no bignums.
(define hash-mask #xFFFFFFFFFFF)

;; Adds one more hash to those mixed so far.
(define (mix state hash)
  (bitwise-and (bitwise-xor (* state 31) (arithmetic-shift state -17) hash) hash-mask))

(define-syntax define-hash
  (syntax-rules ()
    ((_ (name x) type? expected result)
     (define name
       (case-lambda
         ((x)
          (if (not (type? x)) (%wrong-type 'name 0 expected x))
          result)
         ((x ignored) (name x)))))))
(define-hash (boolean-hash x) boolean? "a boolean" (if x 1 0))
(define-hash (char-hash x) char? "a character" (char->integer x))
(define-hash (string-hash x) string? "a string" (text-hash x))
(define-hash (string-ci-hash x) string? "a string" (text-ci-hash x))

;;; Bounds and salt. Ours are constants of the running program: no table of ours changes them.

(define bound #x2000000)
(define salt
  (modulo (exact (floor (* 1000000 (current-second)))) bound))

(define-syntax hash-bound (syntax-rules () ((_) bound)))
(define-syntax hash-salt (syntax-rules () ((_) salt)))
