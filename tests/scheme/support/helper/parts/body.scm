(define inner 10)
(define (double x) (* 2 x))
(double inner)
