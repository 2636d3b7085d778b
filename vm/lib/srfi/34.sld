;;; SRFI 34: exceptions for programs.

(define-library (srfi 34)
  (export guard raise with-exception-handler else =>)
  (import (gambol syntax) (gambol internal control)))
