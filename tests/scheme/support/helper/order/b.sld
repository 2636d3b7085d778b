(define-library (helper order b)
  (export b)
  (import (scheme base) (helper log) (helper order a))
  (begin
    (note! (list 'b a))
    (define b (list a 'b))))
