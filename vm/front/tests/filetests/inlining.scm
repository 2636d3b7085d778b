; test: tidy
(define (compose f g) (lambda (x) (f (g x))))
(define (twice f) (compose f f))
(define result ((twice (lambda (n) (* n 3))) (+ 1 1)))
(if (not (eq? (quote a) (quote b))) result (undefined-later))
(define (undefined-later) 1)
; =>
; ; program
; (define $undefined-later (lambda () 1))
