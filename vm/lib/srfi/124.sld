;;; SRFI 124: ephemerons.

(define-library (srfi 124)
  (export make-ephemeron ephemeron? ephemeron-key ephemeron-datum ephemeron-broken?
          reference-barrier)
  (import (gambol primitives)))
