;;; Current ports, and ports opened around a call.

(define-library (gambol internal ports)
  (export current-input-port current-output-port current-error-port
          call-with-port call-with-input-file call-with-output-file
          with-input-from-file with-output-to-file
          call-with-output-string call-with-input-string
          with-output-to-string with-input-from-string
          write-line)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (include "ports.scm"))
