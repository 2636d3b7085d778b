(define-library (helper failing)
  (export x)
  (import (scheme base) (helper log))
  (begin
    (note! 'failing)
    (define x (car 'not-a-pair))))
