;;; SRFI 141: integer division.

(define-library (srfi 141)
  (export
   floor/ floor-quotient floor-remainder
   ceiling/ ceiling-quotient ceiling-remainder
   truncate/ truncate-quotient truncate-remainder
   round/ round-quotient round-remainder
   euclidean/ euclidean-quotient euclidean-remainder
   balanced/ balanced-quotient balanced-remainder)
  (import (gambol primitives) (gambol syntax)
          (gambol internal control) (gambol internal arithmetic))
  (include "141/divisions.scm"))
