;; heavy
;; options --heap-max=64M
;;; The handler was called in the reserve of a stack that could not grow, again and again.
(import (scheme base) (check))
(define (endless x) (+ 1 (endless x)))
(define (endless-list l) (endless-list (cons l l)))
(define (caught f x) (guard (e ((error-object? e) 'caught)) (f x)))
(test '(caught caught caught) (list (caught endless 0) (caught endless-list '()) (caught endless 0)))
(finish)
