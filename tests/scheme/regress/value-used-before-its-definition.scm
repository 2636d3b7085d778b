;;; The constant of a later definition was moved before its use.
(import (scheme base) (check))
(test-error (let () (define a (+ b 1)) (define b 1) a))
(test-error (letrec ((a b) (b 1)) a))
(test-error (let () (define a (f)) (define (f) b) (define b 1) a))
(test 2 (let () (define b 1) (define a (f)) (define (f) (+ b 1)) a))
(test 7 (let () (define (f) b) (define b 7) (f)))
(finish)
