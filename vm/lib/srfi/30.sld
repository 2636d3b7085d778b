;;; SRFI 30: nested block comments. The reader knows them; the library exists to be asked for.

(define-library (srfi 30)
  (export)
  (import (gambol syntax)))
