;;; The bindings of what `environment` makes are immutable, and it has no place for new ones
;;; (R7RS 6.12 shows this definition as an error).
(import (scheme base) (scheme eval) (check))
(test-error (eval '(define foo 32) (environment '(scheme base))))
(test-error (eval '(define car 32) (environment '(scheme base))))
(test 1 (eval '(car '(1)) (environment '(scheme base))))
(finish)
