;;; SRFI 11: binding multiple values.

(define-library (srfi 11)
  (export let-values let*-values)
  (import (gambol syntax)))
