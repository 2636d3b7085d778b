(define-library (helper 1 2 three)
  (export three)
  (import (scheme base))
  (begin (define three '(1 2 3))))
