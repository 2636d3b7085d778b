;;; Each operation checks its arguments, works on them as on any integers, and checks what comes
;;; out of it where that may be too large.

(define fx-width 61)
(define fx-greatest (- (expt 2 (- fx-width 1)) 1))
(define fx-least (- -1 fx-greatest))

;; Complains about the first of the arguments that is no fixnum.
(define (not-fixnums who . args)
  (let loop ((position 0) (args args))
    (if (fixnum? (car args))
        (loop (+ position 1) (cdr args))
        (%wrong-type who position "a fixnum" (car args)))))

(define (outside who . args)
  (%apply assertion-violation who "the result is not a fixnum" args))

;; Answers that are always right: booleans, counts, numbers no farther from 0 than an argument.
(define-syntax define-question
  (syntax-rules ()
    ((_ (name i ...) answer)
     (define (name i ...)
       (if (and (fixnum? i) ...) answer (not-fixnums 'name i ...))))))

(define-syntax define-operation
  (syntax-rules ()
    ((_ (name i ...) expression)
     (define-question (name i ...)
       (let ((result expression))
         (if (fixnum? result) result (outside 'name i ...)))))))

;; A procedure of any number of arguments, quick for two.
(define-syntax define-chain
  (syntax-rules ()
    ((_ name operation nothing)
     (define name
       (case-lambda
         ((i j) (if (and (fixnum? i) (fixnum? j)) (operation i j) (not-fixnums 'name i j)))
         (() nothing)
         (is (check-all 'name is) (%apply operation is)))))))

(define (check-all who args)
  (let loop ((rest args))
    (if (pair? rest)
        (if (fixnum? (car rest))
            (loop (cdr rest))
            (%apply not-fixnums who args)))))

(define-chain fx=? = #t)
(define-chain fx<? < #t)
(define-chain fx>? > #t)
(define-chain fx<=? <= #t)
(define-chain fx>=? >= #t)
(define-chain fxmax max (max))
(define-chain fxmin min (min))
(define-chain fxand bitwise-and -1)
(define-chain fxior bitwise-ior 0)
(define-chain fxxor bitwise-xor 0)

(define-question (fxzero? i) (eqv? i 0))
(define-question (fxpositive? i) (> i 0))
(define-question (fxnegative? i) (< i 0))
(define-question (fxodd? i) (odd? i))
(define-question (fxeven? i) (even? i))

(define-operation (fx+ i j) (+ i j))
(define-operation (fx- i j) (- i j))
(define-operation (fxneg i) (- i))
(define-operation (fx* i j) (* i j))
(define-operation (fxquotient i j) (quotient i j))
(define-question (fxremainder i j) (remainder i j))
(define-operation (fxabs i) (abs i))
(define-operation (fxsquare i) (* i i))
(define-question (fxsqrt i)
  (if (< i 0)
      (%bad-range 'fxsqrt 0 i)
      (exact-integer-sqrt i)))

;;; With carry: the low digit of a result, then what is carried, both to the base 2^width.

(define base (expt 2 fx-width))

(define (digit-and-carry n)
  (call-with-values (lambda () (balanced/ n base))
    (lambda (q r) (values r q))))

(define-question (fx+/carry i j k) (digit-and-carry (+ i j k)))
(define-question (fx-/carry i j k) (digit-and-carry (- i j k)))
(define-question (fx*/carry i j k) (digit-and-carry (+ (* i j) k)))

;;; Bits

(define-question (fxnot i) (bitwise-not i))
(define-question (fxbit-count i) (bit-count i))
(define-question (fxlength i) (integer-length i))
(define-question (fxif mask i j) (bitwise-if mask i j))
(define-question (fxfirst-set-bit i) (first-set-bit i))

(define-operation (fxarithmetic-shift i count)
  (if (< (- fx-width) count fx-width)
      (arithmetic-shift i count)
      (%bad-range 'fxarithmetic-shift 1 count)))
(define-operation (fxarithmetic-shift-left i count)
  (if (< -1 count fx-width)
      (arithmetic-shift i count)
      (%bad-range 'fxarithmetic-shift-left 1 count)))
(define-operation (fxarithmetic-shift-right i count)
  (if (< -1 count fx-width)
      (arithmetic-shift i (- count))
      (%bad-range 'fxarithmetic-shift-right 1 count)))

(define-question (fxbit-set? index i)
  (if (< -1 index fx-width)
      (bit-set? index i)
      (%bad-range 'fxbit-set? 0 index)))

(define (fxcopy-bit index i bit)
  (if (not (and (fixnum? index) (fixnum? i))) (not-fixnums 'fxcopy-bit index i))
  (if (not (< -1 index fx-width)) (%bad-range 'fxcopy-bit 0 index))
  (let ((result (copy-bit index i bit)))
    (if (fixnum? result) result (outside 'fxcopy-bit index i bit))))

(define-operation (fxbit-field i start end) (bit-field i start end))
(define-operation (fxbit-field-rotate i count start end) (bit-field-rotate i count start end))
(define-operation (fxbit-field-reverse i start end) (bit-field-reverse i start end))
