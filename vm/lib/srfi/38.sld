;;; SRFI 38: external representations with shared structure.

(define-library (srfi 38)
  (export write-with-shared-structure read-with-shared-structure write/ss read/ss)
  (import (gambol primitives) (gambol syntax)
          (gambol internal control) (gambol internal ports)
          (only (gambol internal sequences) vector-for-each))
  (include "38/writer.scm"))
