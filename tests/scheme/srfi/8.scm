;;; SRFI 8: receive.
(import (scheme base) (check) (srfi 8))

(section "formals")
(test '(1 2) (receive (a b) (values 1 2) (list a b)))
(test '(1 (2 3)) (receive (a . rest) (values 1 2 3) (list a rest)))
(test '(1 ()) (receive (a . rest) (values 1) (list a rest)))
(test '(1 2 3) (receive all (values 1 2 3) all))
(test '() (receive all (values) all))
(test 'none (receive () (values) 'none))
(test 5 (receive (a) 5 a))
(test '(2 1) (receive (q r) (floor/ 7 3) (list q r)))

(section "body")
(test 7 (receive (a b) (values 3 4) (define c (+ a b)) c))
(test '(2 1 2) (let ((l '())) (receive (a b) (values 1 2) (set! l (list a b)) (cons b l))))
;; The expression is outside of the scope of the formals.
(test '(2 1) (let ((a 1) (b 2)) (receive (a b) (values b a) (list a b))))
(test-error (receive (a b) (values 1) a))
(test-error (receive (a) (values 1 2) a))
(finish)
