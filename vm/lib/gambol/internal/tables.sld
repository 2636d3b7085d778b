;;; Hash tables: built-in equivalences are primitives; tables with a program's own equivalence or
;;; hash procedure are walked here, so that those procedures run as ordinary calls.

(define-library (gambol internal tables)
  (export make-table table-ref table-set! table-delete! table-contains? table-update!
          table-update!/default table-walk table-fold
          mode-custom mode-eq mode-eqv mode-equal mode-string mode-string-ci)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (include "tables.scm"))
