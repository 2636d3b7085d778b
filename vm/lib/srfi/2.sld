;;; SRFI 2: and-let*, a conjunction that binds as it goes.

(define-library (srfi 2)
  (export and-let*)
  (import (gambol syntax))
  (begin
    (define-syntax and-let*
      (syntax-rules ()
        ((_ ()) #t)
        ((_ () body1 body2 ...) (let () body1 body2 ...))
        ;; The last clause gives the value when there is no body.
        ((_ ((a b c . d) . clauses) . body)
         (syntax-error "and-let*: a clause has at most a variable and an expression" (a b c . d)))
        ((_ ((variable expression))) (let ((variable expression)) variable))
        ((_ ((expression))) expression)
        ((_ (variable)) variable)
        ((_ ((variable expression) . clauses) . body)
         (let ((variable expression))
           (if variable (and-let* clauses . body) #f)))
        ((_ ((expression) . clauses) . body)
         (if expression (and-let* clauses . body) #f))
        ((_ (variable . clauses) . body)
         (if variable (and-let* clauses . body) #f))))))
