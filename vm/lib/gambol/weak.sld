;;; Weak pairs and ephemerons (SRFI 124's names for the latter).

(define-library (gambol weak)
  (export make-weak-pair weak-pair? weak-car weak-cdr weak-pair-broken?
          make-ephemeron ephemeron? ephemeron-key ephemeron-datum ephemeron-broken?
          reference-barrier)
  (import (gambol primitives)))
