;;; R7RS (scheme time).

(define-library (scheme time)
  (export current-jiffy current-second jiffies-per-second)
  (import (gambol primitives)))
