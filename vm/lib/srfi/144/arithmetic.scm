;;; Predicates, arithmetic, rounding and integer division.

(define-chain fl=? = #t)
(define-chain fl<? < #t)
(define-chain fl>? > #t)
(define-chain fl<=? <= #t)
(define-chain fl>=? >= #t)
(define-flonum (flunordered? x y) (or (nan? x) (nan? y)))
(define-flonum (flinteger? x) (integer? x))
(define-flonum (flzero? x) (= x 0.))
(define-flonum (flpositive? x) (> x 0.))
(define-flonum (flnegative? x) (< x 0.))
(define-flonum (flodd? x) (odd? x))
(define-flonum (fleven? x) (even? x))
(define-flonum (flfinite? x) (finite? x))
(define-flonum (flinfinite? x) (infinite? x))
(define-flonum (flnan? x) (nan? x))
(define-flonum (flnormalized? x) (and (finite? x) (>= (abs x) least-normal)))
(define-flonum (fldenormalized? x) (< 0. (abs x) least-normal))
(define-flonum (flsubnormal? x) (fldenormalized? x))

;; A NaN is as good as no argument.
(define-syntax define-extreme
  (syntax-rules ()
    ((_ name beyond? none)
     (define (name . xs)
       (check-all 'name xs)
       (let loop ((best +nan.0) (rest xs))
         (cond ((pair? rest)
                (let ((x (car rest)))
                  (loop (if (or (nan? best) (beyond? x best)) x best) (cdr rest))))
               ((null? xs) none)
               (else best)))))))
(define-extreme flmax > -inf.0)
(define-extreme flmin < +inf.0)

(define-chain fl+ + 0.)
(define-chain fl* * 1.)

(define-syntax define-inverse
  (syntax-rules ()
    ((_ name operation)
     (define name
       (case-lambda
         ((x y) (if (and (flonum? x) (flonum? y)) (operation x y) (not-flonums 'name x y)))
         ((x . more) (check-all 'name (cons x more)) (%apply operation x more)))))))
(define-inverse fl- -)
(define-inverse fl/ /)

(define-flonum (fl+* x y z)
  (if (and (finite? x) (finite? y))
      (if (finite? z)
          (let ((sum (+ (* (exact x) (exact y)) (exact z))))
            ;; The sum of floats has the right sign where it is zero.
            (if (eqv? sum 0) (+ (* x y) z) (inexact sum)))
          z)
      (+ (* x y) z)))

(define-flonum (flabs x) (abs x))
(define-flonum (flabsdiff x y) (abs (- x y)))
(define-flonum (flposdiff x y)
  (cond ((> x y) (- x y))
        ((<= x y) 0.)
        (else +nan.0)))
(define-flonum (flsgn x) (with-sign-of x 1.))

(define-flonum (flnumerator x)
  (if (or (= x 0.) (not (finite? x))) x (numerator x)))
(define-flonum (fldenominator x)
  (cond ((nan? x) x)
        ((or (= x 0.) (infinite? x)) 1.)
        (else (denominator x))))

(define-flonum (flfloor x) (floor x))
(define-flonum (flceiling x) (ceiling x))
(define-flonum (flround x) (round x))
(define-flonum (fltruncate x) (truncate x))

;;; Division is done exactly: the quotient of two floats may be rounded up to an integer.

(define (undefined-quotient? x y)
  (or (nan? x) (nan? y) (infinite? x) (= y 0.)))

(define-flonum (flquotient x y)
  (cond ((undefined-quotient? x y) (truncate (/ x y)))
        ((infinite? y) (/ x y))
        (else
         (with-sign-of (/ x y) (inexact (truncate (/ (exact x) (exact y))))))))

(define-flonum (flremainder x y)
  (cond ((undefined-quotient? x y) +nan.0)
        ((or (infinite? y) (< (abs x) (abs y))) x)
        ((and (integer? x) (integer? y)) (with-sign-of x (remainder x y)))
        (else
         (let ((x* (exact x)) (y* (exact y)))
           (with-sign-of x (inexact (- x* (* y* (truncate (/ x* y*))))))))))

;; The quotient is cut to so many bits.
(define quotient-bits (expt 2 31))

(define-flonum (flremquo x y)
  (cond ((undefined-quotient? x y) (values +nan.0 0))
        ((infinite? y) (values x 0))
        (else
         (let* ((x* (exact x)) (y* (exact y)) (q (round (/ x* y*))) (r (- x* (* q y*))))
           (values (if (eqv? r 0) (with-sign-of x 0.) (inexact r))
                   (remainder q quotient-bits))))))
