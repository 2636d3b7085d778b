;;; SRFI 87: => in case clauses.
(import (except (scheme base) case else =>) (check) (srfi 87))

(section "case")
(test 'composite (case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite)))
(test '(4 and 4) (case 4 ((1 2) 'low) ((3 4) => (lambda (x) (list x 'and x))) (else 'other)))
(test '(9) (case 9 ((1 2) 'low) (else => list)))
(test 'low (case 1 ((1 2) 'low) (else => list)))
(test 2 (case (begin 'a) ((a) 1 2) (else 3)))
(test -5 (case 5 ((5) => -)))
;; The key is evaluated once; the receiver only when it is wanted.
(test '(1 (7)) (let* ((n 0) (v (case (begin (set! n (+ n 1)) 7) ((7) => list) (else 'no)))) (list n v)))
(test 'ok (case 1 ((1) 'ok) ((2) => (car 5))))
(test '(#\a) (case #\a ((#\a) => list)))
(finish)
