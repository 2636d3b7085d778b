;;; R7RS (scheme complex).

(define-library (scheme complex)
  (export angle imag-part magnitude make-polar make-rectangular real-part)
  (import (gambol primitives)))
