;;; Strings and vectors walked with procedures; sorting.

(define-library (gambol internal sequences)
  (export string-map string-for-each string-count vector-map vector-for-each vector-map!
          merge-sort-list merge-sort-vector merge-sort-vector!)
  (import (gambol primitives) (gambol syntax)
          (gambol internal control) (gambol internal lists))
  (include "sequences.scm" "sort.scm"))
