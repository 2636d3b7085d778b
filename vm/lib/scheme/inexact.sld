;;; R7RS (scheme inexact).

(define-library (scheme inexact)
  (export acos asin atan cos exp finite? infinite? log nan? sin sqrt tan)
  (import (gambol primitives)))
