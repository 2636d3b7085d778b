;;; Powers, exponentials, logarithms, trigonometry.

;; c0 + x (c1 + x (c2 ...)), for coefficients in a vector.
(define (polynomial coefficients x)
  (let loop ((i (- (vector-length coefficients) 1)) (sum 0.))
    (if (< i 0)
        sum
        (loop (- i 1) (+ (vector-ref coefficients i) (* x sum))))))

(define (tabulate n f)
  (let ((v (make-vector n 0.)))
    (let loop ((i 0))
      (if (< i n)
          (begin (vector-set! v i (f i)) (loop (+ i 1)))
          v))))

(define (factorial n)
  (let loop ((n n) (product 1))
    (if (< n 2) product (loop (- n 1) (* product n)))))

(define-flonum (flexp x) (exp x))
(define-flonum (flexp2 x) (expt 2. x))
(define-flonum (flexp-1 x) (expm1 x))

;; 1/2!, 1/3!, ...
(define exponential-tail (tabulate 18 (lambda (i) (inexact (/ 1 (factorial (+ i 2)))))))

(define (expm1 x)
  (cond ((= x 0.) x)
        ((< -1. x 1.) (+ x (* x x (polynomial exponential-tail x))))
        (else (- (exp x) 1.))))

(define (log1p x)
  (cond ((< -1e-16 x 1e-16) x)
        ((< x -1.) +nan.0)
        ((or (= x -1.) (= x +inf.0)) (log-of (+ 1. x)))
        (else
         ;; What rounding took from 1 + x comes back as the first term of a series.
         (let* ((u (+ 1. x))
                (lost (if (< x 1.) (- x (- u 1.)) (- 1. (- u x)))))
           (+ (log u) (/ lost u))))))

(define (log-of x)
  (cond ((> x 0.) (log x))
        ((= x 0.) -inf.0)
        (else +nan.0)))

(define-flonum (fllog x) (log-of x))
(define-flonum (fllog1+ x) (log1p x))

(define (log-to x base digits)
  (cond ((>= x least-normal) (log x base))
        ((> x 0.) (- (log (scale x 54) base) (* 54. digits)))
        (else (log-of x))))
(define-flonum (fllog2 x) (log-to x 2 1.))
(define-flonum (fllog10 x) (log-to x 10 .3010299956639812))

(define (make-fllog-base base)
  (if (not (flonum? base)) (not-flonums 'make-fllog-base base))
  (cond ((not (> base 1.)) (%bad-range 'make-fllog-base 0 base))
        ((= base 2.) fllog2)
        ((= base 10.) fllog10)
        (else
         (let ((divisor (log base)))
           (lambda (x)
             (if (flonum? x)
                 (/ (log-of x) divisor)
                 (%wrong-type 'make-fllog-base 0 "a flonum" x)))))))

(define-flonum (flsquare x) (* x x))
(define-flonum (flsqrt x) (if (< x 0.) +nan.0 (sqrt x)))

;; The power is close enough for one step of Newton's method to reach all digits.
(define-flonum (flcbrt x)
  (if (or (= x 0.) (not (finite? x)))
      x
      (let* ((size (abs x))
             (root (expt size .3333333333333333))
             (root (- root (/ (- root (/ size (* root root))) 3.))))
        (if (< x 0.) (- root) root))))

(define-flonum (flhypot x y)
  (let ((x (abs x)) (y (abs y)))
    (cond ((or (= x +inf.0) (= y +inf.0)) +inf.0)
          ((< x y) (hypotenuse y x))
          (else (hypotenuse x y)))))

(define (hypotenuse long short)
  (if (or (< 1e-140 long 1e150) (= long 0.) (nan? short) (nan? long))
      (sqrt (+ (* long long) (* short short)))
      (let* ((e (exponent-of long)) (long (scale long (- e))) (short (scale short (- e))))
        (scale (sqrt (+ (* long long) (* short short))) e))))

;; Where the generic `expt` would answer with a complex number, C99 says what to do.
(define-flonum (flexpt x y)
  (cond ((or (= x 1.) (= y 0.)) 1.)
        ((or (> x 0.) (integer? y)) (expt x y))
        ((or (nan? x) (nan? y)) +nan.0)
        ((infinite? y)
         (cond ((= x -1.) 1.)
               ((eq? (< x -1.) (> y 0.)) +inf.0)
               (else 0.)))
        ((or (= x 0.) (infinite? x)) (expt (abs x) y))
        (else +nan.0)))

(define-flonum (flsin x) (sin x))
(define-flonum (flcos x) (cos x))
(define-flonum (fltan x) (tan x))
(define-flonum (flasin x) (if (> (abs x) 1.) +nan.0 (asin x)))
(define-flonum (flacos x) (if (> (abs x) 1.) +nan.0 (acos x)))
(define flatan
  (case-lambda
    ((x) (if (flonum? x) (atan x) (not-flonums 'flatan x)))
    ((y x) (if (and (flonum? y) (flonum? x)) (atan y x) (not-flonums 'flatan y x)))))
