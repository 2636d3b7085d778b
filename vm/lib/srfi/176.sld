;;; SRFI 176: version flag.

(define-library (srfi 176)
  (export version-alist)
  (import (only (gambol primitives) version-alist)))
