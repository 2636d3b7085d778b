;;; SRFI 98: environment variables.
(import (scheme base) (check) (srfi 98))

(section "one variable")
(test-true (string? (get-environment-variable "PATH")))
(test #f (get-environment-variable "NO_SUCH_VARIABLE_HERE"))
(test-error (get-environment-variable 'PATH))

(section "all variables")
(define all (get-environment-variables))
(test #t
      (let loop ((l all))
        (or (null? l) (and (pair? (car l)) (string? (caar l)) (string? (cdar l)) (loop (cdr l))))))
(test (get-environment-variable "PATH") (cdr (assoc "PATH" all)))
(test #f (assoc "NO_SUCH_VARIABLE_HERE" all))
(finish)
