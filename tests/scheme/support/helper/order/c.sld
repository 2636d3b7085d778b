;;; Declarations in an unusual order: imports may follow definitions.

(define-library (helper order c)
  (begin
    (note! (list 'c-first a b))
    (define c (list a b)))
  (export c)
  (import (helper order b) (helper log))
  (import (scheme base) (helper order a))
  (begin (note! 'c-second) (define c2 (cons 2 c)))
  (export c2))
