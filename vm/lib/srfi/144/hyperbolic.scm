;;; Hyperbolic functions, by exponentials that keep their digits near 1.

(define-flonum (flsinh x)
  (let ((size (abs x)))
    (with-sign-of
     x
     (cond ((< size 22.)
            (let ((t (expm1 size))) (* .5 (+ t (/ t (+ t 1.))))))
           ((nan? x) x)
           (else (half-exponential size))))))

(define-flonum (flcosh x)
  (let ((size (abs x)))
    (if (< size 22.)
        (let ((e (exp size))) (* .5 (+ e (/ 1. e))))
        (half-exponential size))))

;; e^x / 2, which is finite for a while after e^x is not.
(define (half-exponential x)
  (if (< x 709.)
      (* .5 (exp x))
      (let ((root (exp (* .5 x)))) (* (* .5 root) root))))

(define-flonum (fltanh x)
  (let ((size (abs x)))
    (with-sign-of
     x
     (cond ((< size 22.)
            (let ((t (expm1 (* 2. size)))) (/ t (+ t 2.))))
           ((nan? x) x)
           (else 1.)))))

;; From here on, 1 is lost in a sum with the square.
(define large 268435456.)

(define-flonum (flasinh x)
  (let ((size (abs x)))
    (with-sign-of
     x
     (if (< size large)
         (let ((square (* size size)))
           (log1p (+ size (/ square (+ 1. (sqrt (+ 1. square)))))))
         (+ (log size) fl-log-2)))))

(define-flonum (flacosh x)
  (cond ((< x 1.) +nan.0)
        ((< x large)
         (let ((t (- x 1.))) (log1p (+ t (sqrt (+ t t (* t t)))))))
        (else (+ (log x) fl-log-2))))

(define-flonum (flatanh x)
  (let ((size (abs x)))
    (with-sign-of
     x
     (cond ((< size 1.) (* .5 (log1p (/ (* 2. size) (- 1. size)))))
           ((= size 1.) +inf.0)
           (else +nan.0)))))
