;;; Continuations, winding, parameters, exceptions: everything that reads or installs the
;;; dynamic-state record. One library, because the four share that record and nothing else may
;;; touch it.

(define-library (gambol internal control)
  (export apply call-with-current-continuation call/cc dynamic-wind
          call-with-escape-continuation
          make-parameter parameterize %with-parameter %with-parameters make-port-parameter
          with-exception-handler raise raise-continuable error error-object?
          error-object-message error-object-irritants
          guard %guard %guard-else
          assert assertion-violation %wrong-type %bad-range %non-procedure need-procedure
          exit %unwind-all)
  (import (gambol primitives) (gambol syntax))
  (include "control.scm" "parameters.scm" "exceptions.scm"))
