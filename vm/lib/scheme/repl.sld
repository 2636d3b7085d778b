;;; R7RS (scheme repl).

(define-library (scheme repl)
  (export interaction-environment)
  (import (gambol internal evaluation)))
