;;; SRFI 219: define higher-order lambda.

(define-library (srfi 219)
  (export (rename define-curried define))
  (import (gambol syntax))
  (begin
    ;; One parameter list is taken off at a time, the innermost procedure's first.
    (define-syntax define-curried
      (syntax-rules ()
        ((_ ((head . outer) . inner) body1 body2 ...)
         (define-curried (head . outer) (lambda inner body1 body2 ...)))
        ((_ . rest) (define . rest))))))
