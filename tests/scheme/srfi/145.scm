;;; SRFI 145: assumptions.
(import (scheme base) (check) (srfi 145))

(section "assume")
(test 5 (assume 5))
(test #t (assume (= 1 1) "never said"))
(test-error (assume #f))
(test-error (assume (= 1 2)))
(test-error (assume (= 1 2) "one is not two" 1 2))
(test '((= 1 2) "one is not two" 5)
      (guard (e ((error-object? e) (error-object-irritants e))) (assume (= 1 2) "one is not two" 5)))
;; The messages are evaluated only when they are needed, the expression once.
(test '(ok 1) (let* ((n 0) (v (assume (begin (set! n (+ n 1)) 'ok) (error "evaluated")))) (list v n)))
(test 4 (let ((f (lambda (x) (assume (number? x)) (* x x)))) (f 2)))
(finish)
