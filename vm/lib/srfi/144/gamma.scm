;;; The gamma function and its logarithm.
;;;
;;; Stirling's series is as exact as floats from 13 on; smaller arguments are moved up there by
;;; Γ(x) = Γ(x + n) / (x (x + 1) ... (x + n - 1)), with the product exact. Negative ones far from
;;; zero are reflected by Γ(x) Γ(-x) = -π / (x sin πx).

(define stirling-from 13)

;; Bernoulli numbers over 2k (2k - 1): the logarithm's series in 1/x² after the factor 1/x.
(define stirling-tail
  (vector 8.333333333333333e-2 -2.777777777777778e-3 7.936507936507937e-4
          -5.952380952380953e-4 8.417508417508417e-4 -1.9175269175269176e-3
          6.41025641025641e-3 -2.955065359477124e-2))

(define (stirling-correction x)
  (/ (polynomial stirling-tail (/ 1. (* x x))) x))

;; Two factors of Γ(x) for x from `stirling-from` on, neither of which overflows before Γ does.
(define (stirling x)
  (let ((root (expt x (* .5 (- x .5)))))
    (values (* 2.5066282746310007 (exp (stirling-correction x)) (exp (- x)) root)
            root)))

(define (stirling-gamma x)
  (call-with-values (lambda () (stirling x)) *))

;; x (x + 1) ... (x + n - 1) for an exact x whose denominator is the power of two that it is.
(define (rising-product x n)
  (let ((step (denominator x)))
    (let loop ((factor (numerator x)) (i 0) (product 1))
      (if (< i n)
          (loop (+ factor step) (+ i 1) (* product factor))
          (inexact (/ product (expt step n)))))))

(define (shifted-gamma x)
  (let* ((x (exact x))
         (n (- stirling-from (floor x)))
         (moved (+ x n))
         (y (inexact moved))
         ;; What rounding took from y changes Γ(y) by log y times as much.
         (lost (inexact (- moved (exact y)))))
    (/ (* (stirling-gamma y) (+ 1. (* lost (log y))))
       (rising-product x n))))

;; sin πx for x not below 0, with the period taken off exactly.
(define (sin-pi x)
  (let ((x (- x (* 2. (floor (* .5 x))))))
    (if (>= x 1.)
        (- (sin-pi-half (- x 1.)))
        (sin-pi-half x))))
(define (sin-pi-half x)
  (let ((x (if (> x .5) (- 1. x) x)))
    (if (< x .25)
        (sin (* fl-pi x))
        (cos (* fl-pi (- .5 x))))))

(define (reflected-gamma x)
  (let ((y (- x)))
    (if (> y 190.)
        ;; Too small for a float, but it has a sign.
        (/ (- (sin-pi y)) +inf.0)
        (call-with-values (lambda () (stirling y))
          (lambda (a b)
            (/ (/ (/ (- fl-pi) (* y (sin-pi y))) a) b))))))

(define (gamma x)
  (cond ((or (nan? x) (= x -inf.0)) +nan.0)
        ((> x 171.7) +inf.0)
        ((< (abs x) 1e-17) (/ 1. x))
        ((integer? x)
         (if (< x 0.) +nan.0 (inexact (factorial (- (exact x) 1)))))
        ((>= x stirling-from) (stirling-gamma x))
        ((> x -20.) (shifted-gamma x))
        (else (reflected-gamma x))))

(define-flonum (flgamma x) (gamma x))

;; (ζ(k) - 1) / k with alternating signs, from k = 2: log Γ(2 + t) less its linear term, over t².
(define zeta-tail
  (vector 0.3224670334241132 -0.0673523010531981 0.020580808427784546 -0.007385551028673986
          0.0028905103307415234 -0.001192753911703261 0.0005096695247430425
          -0.00022315475845357939 9.945751278180853e-05 -4.492623673813314e-05
          2.050721277567069e-05 -9.439488275268397e-06 4.374866789907488e-06
          -2.039215753801366e-06 9.55141213040742e-07 -4.492469198764566e-07
          2.1207184805554665e-07 -1.0043224823968099e-07 4.7698101693639804e-08
          -2.2711094608943164e-08 1.0838659214896955e-08 -5.183475041970047e-09
          2.4836745438024785e-09 -1.1921401405860912e-09 5.731367241678862e-10))

;; log Γ(2 + t) for |t| up to 1/2.
(define (log-gamma-near-2 t)
  (+ (* t .42278433509846713) (* t t (polynomial zeta-tail t))))

(define (log-gamma x)
  (cond ((< x 1e-17) (- (log x)))
        ((< x .5) (- (log-gamma-near-2 x) (log1p x) (log x)))
        ((< x 1.5) (let ((t (- x 1.))) (- (log-gamma-near-2 t) (log1p t))))
        ((< x 2.5) (log-gamma-near-2 (- x 2.)))
        ((< x 100.) (log (gamma x)))
        (else
         (+ (* (- x .5) (- (log x) 1.)) .4189385332046727 (stirling-correction x)))))

(define-flonum (flloggamma x)
  (cond ((nan? x) (values x 1.))
        ((infinite? x) (values +inf.0 1.))
        ((= x 0.) (values +inf.0 (with-sign-of x 1.)))
        ((> x 0.) (values (log-gamma x) 1.))
        ((integer? x) (values +inf.0 1.))
        (else
         (values (cond ((> x -1e-17) (- (log (- x))))
                       ((> x -20.) (log (abs (gamma x))))
                       (else
                        (- (log (/ fl-pi (* (- x) (abs (sin-pi (- x)))))) (log-gamma (- x)))))
                 (if (even? (floor x)) 1. -1.)))))
