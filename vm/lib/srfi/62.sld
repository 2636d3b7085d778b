;;; SRFI 62: datum comments. The reader knows them; the library exists to be asked for.

(define-library (srfi 62)
  (export)
  (import (gambol syntax)))
