;;; The simplifier went round in circles over `(car)`.
(import (scheme base) (check))
(test-error (car))
(test-error (cons 1))
(test-error (if (null? 1 2) 1 2))
(finish)
