;;; SRFI 31: rec, an expression that knows its own value.

(define-library (srfi 31)
  (export rec)
  (import (gambol syntax))
  (begin
    (define-syntax rec
      (syntax-rules ()
        ((_ (name . formals) . body) (letrec ((name (lambda formals . body))) name))
        ((_ name expression) (letrec ((name expression)) name))))))
