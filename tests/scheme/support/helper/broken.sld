(define-library (helper broken)
  (export there not-there)
  (import (scheme base))
  (begin (define there 1)))
