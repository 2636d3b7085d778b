;;; SRFI 145: assumptions, checked here as all assertions are.

(define-library (srfi 145)
  (export assume)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (begin
    (define-syntax assume
      (syntax-rules ()
        ((_ expression message ...)
         (or expression
             (assertion-violation 'assume "assumption does not hold"
                                  'expression message ...)))
        ((_ . any) (syntax-error "assume: expected an expression and messages"))))))
