;;; SRFI 45: iterative lazy algorithms.

(define-library (srfi 45)
  (export delay eager force lazy)
  (import (gambol internal promises)))
