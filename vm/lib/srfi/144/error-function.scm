;;; The error function: by its power series below 1, by a continued fraction of its complement
;;; beyond.

;; erf x / (x 2/√π) as a series in -x².
(define erf-series
  (tabulate 20 (lambda (k) (inexact (/ 1 (* (factorial k) (+ k k 1)))))))

(define (erf-below-1 x)
  (* fl-2/sqrt-pi x (polynomial erf-series (- (* x x)))))

;; e^(-x²): a rounding error of the square would be as many times larger as the square is, so x
;; is split where the first part's square is exact.
(define (gaussian x)
  (let ((high (/ (round (* x 1048576.)) 1048576.)))
    (* (exp (- (* high high)))
       (exp (- (* (- x high) (+ x high)))))))

;; Laplace's fraction x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...))), from the inside.
(define (erfc-from-1 x)
  (let loop ((k (ceiling (+ 10. (/ 220. (* x x))))) (fraction x))
    (if (> k 0.)
        (loop (- k 1.) (+ x (/ (* .5 k) fraction)))
        (/ (gaussian x) (* fl-gamma-1/2 fraction)))))

(define (erfc x)
  (cond ((< x 1.) (if (> x -1.) (- 1. (erf-below-1 x)) (- 2. (erfc (- x)))))
        ((< x 28.) (erfc-from-1 x))
        ((nan? x) x)
        (else 0.)))

(define-flonum (flerfc x) (erfc x))
(define-flonum (flerf x)
  (if (>= (abs x) 1.)
      (with-sign-of x (- 1. (erfc (abs x))))
      (erf-below-1 x)))
