;;; Procedures over lists that call procedures: what R7RS and SRFI 1 share.

(define-library (gambol internal lists)
  (export map for-each append-map filter-map member assoc
          fold fold-right reduce filter remove partition delete
          find find-tail any every list-index)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (include "lists.scm"))
