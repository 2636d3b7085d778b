;;; SRFI 128: comparators (reduced).

(define-library (srfi 128)
  (export
   comparator? comparator-ordered? comparator-hashable?
   make-comparator make-pair-comparator make-list-comparator make-vector-comparator
   make-eq-comparator make-eqv-comparator make-equal-comparator
   boolean-hash char-hash char-ci-hash string-hash string-ci-hash symbol-hash number-hash
   hash-bound hash-salt
   make-default-comparator default-hash comparator-register-default!
   comparator-type-test-predicate comparator-equality-predicate
   comparator-ordering-predicate comparator-hash-function
   comparator-test-type comparator-check-type comparator-hash
   =? <? >? <=? >=?
   comparator-if<=>)
  (import (rename (gambol primitives)
                  (string-hash text-hash) (string-ci-hash text-ci-hash))
          (gambol syntax) (gambol internal control)
          (only (gambol internal tables) number-hash char-ci-hash))
  (include "128/comparators.scm" "128/hashes.scm" "128/compounds.scm" "128/default.scm"))
