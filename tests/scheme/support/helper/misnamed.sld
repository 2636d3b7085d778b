(define-library (helper another name)
  (export x)
  (import (scheme base))
  (begin (define x 1)))
