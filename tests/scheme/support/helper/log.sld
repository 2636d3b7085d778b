;;; What the other helpers did, in order.

(define-library (helper log)
  (export note! events)
  (import (scheme base))
  (begin
    (define noted '())
    (define (note! event) (set! noted (cons event noted)))
    (define (events) (reverse noted))))
