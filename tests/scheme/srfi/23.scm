;;; SRFI 23: error reporting.
(import (except (scheme base) error) (check) (srfi 23))

(define-syntax raised
  (syntax-rules ()
    ((_ x)
     (guard (e ((error-object? e) (cons (error-object-message e) (error-object-irritants e)))) x))))
(section "error")
(test '("message") (raised (error "message")))
(test '("message" 1 "two" (three)) (raised (error "message" 1 "two" '(three))))
(test '("outer" 5) (raised (+ 1 (error "outer" 5))))
;; The message may be any object.
(test '(symbol "x") (raised (error 'symbol "x")))
(test 'after
      (call/cc
        (lambda (k)
          (with-exception-handler (lambda (e) (k 'after)) (lambda () (error "never returns"))))))
(finish)
