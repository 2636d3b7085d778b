(define-library (helper circular a)
  (export a)
  (import (scheme base) (helper circular b))
  (begin (define a 'a)))
