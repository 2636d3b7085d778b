;;; Numeric procedures with two values: primitives have one, so they hand over a pair.

(define-library (gambol internal arithmetic)
  (export exact-integer-sqrt floor/ truncate/)
  (import (gambol primitives) (gambol syntax))
  (begin
    (define-syntax split
      (syntax-rules ()
        ((_ pair) (let ((p pair)) (values (car p) (cdr p))))))
    (define (exact-integer-sqrt n) (split (%exact-integer-sqrt n)))
    (define (floor/ n d) (split (%floor/ n d)))
    (define (truncate/ n d) (split (%truncate/ n d)))))
