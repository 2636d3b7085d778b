;;; Checked definitions; floats as signs, fractions and exponents.

;; Complains about the first of the arguments that is no flonum.
(define (not-flonums who . args)
  (let loop ((position 0) (args args))
    (if (flonum? (car args))
        (loop (+ position 1) (cdr args))
        (%wrong-type who position "a flonum" (car args)))))

(define-syntax define-flonum
  (syntax-rules ()
    ((_ (name x ...) body1 body2 ...)
     (define (name x ...)
       (if (and (flonum? x) ...)
           (let () body1 body2 ...)
           (not-flonums 'name x ...))))))

;; A procedure of any number of flonums, quick for two.
(define-syntax define-chain
  (syntax-rules ()
    ((_ name operation none)
     (define name
       (case-lambda
         ((x y) (if (and (flonum? x) (flonum? y)) (operation x y) (not-flonums 'name x y)))
         (() none)
         (xs (check-all 'name xs) (%apply operation xs)))))))

(define (check-all who args)
  (let loop ((rest args))
    (if (pair? rest)
        (if (flonum? (car rest))
            (loop (cdr rest))
            (%apply not-flonums who args)))))

(define (check-exponent who position n)
  (if (not (exact-integer? n)) (%wrong-type who position "an exact integer" n)))

(define least-normal 2.2250738585072014e-308)

(define (minus? x) (or (< x 0.) (eqv? x -0.)))
(define (with-sign-of y x) (if (minus? y) (- (abs x)) (abs x)))

;; x * 2^n, rounded once. Far below, the first factors leave 53 bits above the range of
;; subnormals, so that only the last product can round.
(define (scale x n)
  (let loop ((x x) (n (max -3000 (min 3000 n))))
    (cond ((> n 1023) (loop (* x 8.98846567431158e307) (- n 1023)))
          ((< n -1022) (loop (* x 2.004168360008973e-292) (+ n 969)))
          (else (* x (expt 2. n))))))

;; The exponent e of a finite x other than zero: |x| is at least 2^e and less than 2^(e+1).
(define (exponent-of x)
  (let ((x (abs x)))
    (if (< x least-normal)
        (- (exponent-of (scale x 54)) 54)
        (let loop ((e (exact (floor (log x 2)))))
          ;; The logarithm may have been rounded past an integer.
          (cond ((< x (expt 2. e)) (loop (- e 1)))
                ((>= x (expt 2. (+ e 1))) (loop (+ e 1)))
                (else e))))))

;; A number that is not real is no number among flonums, as the SRFI's later note advises.
(define (flonum n)
  (cond ((not (number? n)) (%wrong-type 'flonum 0 "a number" n))
        ((real? n) (inexact n))
        (else +nan.0)))

(define-flonum (fladjacent x y)
  (cond ((or (nan? x) (nan? y)) +nan.0)
        ((= x y) y)
        ((< x y) (next-above x))
        (else (- (next-above (- x))))))

(define (next-above x)
  (cond ((= x 0.) fl-least)
        ((= x -inf.0) (- fl-greatest))
        (else
         (let* ((e (exponent-of x))
                ;; Below a power of two floats are twice as dense; x is above one if negative.
                (gap (if (and (< x 0.) (> e -1022) (= (- x) (expt 2. e))) (- e 53) (- e 52))))
           (let ((above (+ x (expt 2. (max -1074 gap)))))
             (if (and (= above 0.) (< x 0.)) -0. above))))))

(define-flonum (flcopysign x y) (with-sign-of y x))

(define (make-flonum x n)
  (if (not (flonum? x)) (not-flonums 'make-flonum x))
  (check-exponent 'make-flonum 1 n)
  (scale x n))

(define-flonum (flinteger-fraction x)
  (let ((whole (truncate x)))
    (values whole
            (if (infinite? x) (with-sign-of x 0.) (with-sign-of x (- x whole))))))

(define-flonum (flexponent x)
  (cond ((nan? x) x)
        ((infinite? x) +inf.0)
        ((= x 0.) -inf.0)
        (else (inexact (exponent-of x)))))

(define-flonum (flinteger-exponent x)
  (cond ((nan? x) fl-integer-exponent-nan)
        ((infinite? x) 2147483647)
        ((= x 0.) fl-integer-exponent-zero)
        (else (exponent-of x))))

(define-flonum (flnormalized-fraction-exponent x)
  (if (or (= x 0.) (not (finite? x)))
      (values x 0)
      (let ((n (+ (exponent-of x) 1)))
        (values (scale x (- n)) n))))

(define-flonum (flsign-bit x) (if (minus? x) 1 0))
