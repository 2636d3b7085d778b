(define-library (helper order a)
  (export a)
  (import (scheme base) (helper log))
  (begin
    (note! 'a-begins)
    (define a 'value-of-a)
    (note! 'a-ends)))
