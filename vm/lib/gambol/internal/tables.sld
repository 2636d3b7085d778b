;;; Hash tables: built-in equivalences are primitives; tables with a program's own equivalence or
;;; hash procedure are walked here, so that those procedures run as ordinary calls.

(define-library (gambol internal tables)
  (export need-table make-table table-equivalence table-hash hash-known?
          table-ref table-set! table-delete! table-contains? table-update!
          table-update!/default table-walk table-fold absent
          number-hash char-ci-hash)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (include "tables.scm"))
