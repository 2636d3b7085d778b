;;; Bessel functions of integer order.
;;;
;;; Up to 25 by their power series in integers scaled by 2^160, which cancellation cannot hurt;
;;; beyond by Hankel's asymptotic expansion for orders 0 and 1 and recurrence from there. (A. & S.
;;; 9.1 and 9.2; Watson, "A Treatise on the Theory of Bessel Functions".)

(define series-to 25.)
(define fixed-one (expt 2 160))
(define (fixed* a b) (arithmetic-shift (* a b) -160))

;; Folds the terms (-h)^k / (k! (n+1) ... (n+k)), h = x²/4, and the harmonic numbers up to k and
;; up to n + k, all scaled; what is folded is scaled too.
(define (fold-series f x n)
  (let ((h (round (* fixed-one (square (/ (exact x) 2))))))
    (let loop ((k 0) (term fixed-one) (low 0) (high (harmonic n)) (sum 0))
      (if (eqv? term 0)
          sum
          (let ((sum (+ sum (f term low high))) (k (+ k 1)))
            (loop k
                  (quotient (- (fixed* term h)) (* k (+ n k)))
                  (+ low (quotient fixed-one k))
                  (+ high (quotient fixed-one (+ n k)))
                  sum))))))

(define (harmonic n)
  (if (eqv? n 0) 0 (quotient fixed-one n)))

;; log ((x/2)^n / n!), which bounds log |J_n(x)|.
(define (log-bound n x)
  (let ((n (inexact n)))
    (- (* n (log (* .5 x))) (log-gamma (+ n 1.)))))

(define (bessel-series n x)
  (inexact
   (/ (* (expt (/ (exact x) 2) n) (fold-series (lambda (term low high) term) x n))
      (* (factorial n) fixed-one))))

;; The second kind of order 0 or 1: a logarithm times the first kind, less a series with
;; harmonic numbers.
(define (second-series n x)
  (let ((logarithmic (* fl-2/pi (+ (log (* .5 x)) fl-euler) (bessel-series n x)))
        (sum (inexact
              (/ (fold-series (lambda (term low high) (fixed* term (+ low high))) x n)
                 fixed-one))))
    (if (eqv? n 0)
        (- logarithmic (* fl-1/pi sum))
        (- logarithmic (/ fl-2/pi x) (* .5 fl-1/pi x sum)))))

;;; Asymptotic expansions

;; Calls `combine` with the sums P and Q of Hankel's expansion.
(define (hankel n x combine)
  (let ((m (* 4. n n)))
    (let loop ((k 1.) (term 1.) (p 1.) (q 0.))
      (let ((next (/ (* term (- m (square (- (+ k k) 1.)))) (* 8. k x))))
        (if (< (abs next) 1e-18)
            (combine p q)
            ;; The signs go by fours: P, Q, -P, -Q.
            (let ((signed (if (even? (floor (* .5 k))) next (- next))))
              (if (odd? k)
                  (loop (+ k 1.) next p (+ q signed))
                  (loop (+ k 1.) next (+ p signed) q))))))))

;; Calls `use` with √2 times cosine and sine of x - π/4. The one that is a small difference of
;; large numbers comes from their product, which is the cosine of 2x.
(define (at-quarter x use)
  (let* ((c (cos x)) (s (sin x)) (sum (+ c s)) (difference (- s c)))
    (cond ((> x 1e307) (use sum difference))
          ((< (* c s) 0.) (use (/ (cos (+ x x)) (- difference)) difference))
          (else (use sum (/ (cos (+ x x)) (- sum)))))))

(define (first-asymptotic n x)
  (hankel n x
          (lambda (p q)
            (at-quarter x
                        (lambda (c s)
                          (/ (if (eqv? n 0) (- (* p c) (* q s)) (+ (* p s) (* q c)))
                             (sqrt (* fl-pi x))))))))
(define (second-asymptotic n x)
  (hankel n x
          (lambda (p q)
            (at-quarter x
                        (lambda (c s)
                          (/ (if (eqv? n 0) (+ (* p s) (* q c)) (- (* q s) (* p c)))
                             (sqrt (* fl-pi x))))))))

;;; Recurrence: f_{k+1} = (2k / x) f_k - f_{k-1} for both kinds.

(define (recur-up n x f0 f1)
  (let loop ((k 1) (before f0) (f f1))
    (if (or (= k n) (infinite? f))
        f
        (loop (+ k 1) f (- (* (/ (* 2. k) x) f) before)))))

;; For orders above x the first kind is lost in the second on the way up. The ratio of its
;; neighbours comes from a continued fraction; then the way down leads to order 0 or 1, whose
;; value is known.
(define (recur-down n x)
  (let* ((ratio
          (let loop ((k (+ n 30 (exact (ceiling (sqrt (* 80. n)))))) (ratio 0.))
            (let ((ratio (/ 1. (- (/ (* 2. k) x) ratio))))
              (if (= k n) ratio (loop (- k 1) ratio)))))
         (j0 (first-asymptotic 0 x))
         (j1 (first-asymptotic 1 x)))
    ;; Values are kept in range by powers of two, which are counted.
    (let loop ((k (- n 1)) (above 1.) (f (/ 1. ratio)) (scaled 0))
      (cond ((> (abs f) 1e200) (loop k (scale above -600) (scale f -600) (- scaled 600)))
            ((> k 0) (loop (- k 1) f (- (* (/ (* 2. k) x) f) above) scaled))
            ((> (abs j0) (abs j1)) (scale (/ j0 f) scaled))
            (else (scale (/ j1 above) scaled))))))

(define (first-bessel n x)
  (cond ((= x 0.) (if (eqv? n 0) 1. 0.))
        ((= x +inf.0) 0.)
        ((and (> n 1) (< (log-bound n x) -760.)) 0.)
        ((<= x series-to) (bessel-series n x))
        ((<= n 1) (first-asymptotic n x))
        ((<= n x) (recur-up n x (first-asymptotic 0 x) (first-asymptotic 1 x)))
        (else (recur-down n x))))

(define (second-bessel n x)
  (cond ((= x 0.) -inf.0)
        ((= x +inf.0) 0.)
        (else
         (let* ((base (if (<= x series-to) second-series second-asymptotic)))
           (if (<= n 1)
               (base n x)
               (recur-up n x (base 0 x) (base 1 x)))))))

(define (negate-if condition x) (if condition (- x) x))

(define (check-order who n x)
  (check-exponent who 0 n)
  (if (not (flonum? x)) (%wrong-type who 1 "a flonum" x)))

(define (flfirst-bessel n x)
  (check-order 'flfirst-bessel n x)
  (if (nan? x)
      x
      (negate-if (and (odd? n) (not (eq? (negative? n) (negative? x))))
                 (first-bessel (abs n) (abs x)))))

(define (flsecond-bessel n x)
  (check-order 'flsecond-bessel n x)
  (if (or (nan? x) (< x 0.))
      +nan.0
      (negate-if (and (odd? n) (negative? n))
                 (second-bessel (abs n) x))))
