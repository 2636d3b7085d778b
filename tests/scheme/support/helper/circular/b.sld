(define-library (helper circular b)
  (export b)
  (import (scheme base) (helper circular a))
  (begin (define b 'b)))
