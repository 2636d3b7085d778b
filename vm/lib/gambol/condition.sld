;;; Conditions: what is raised when something goes wrong, in the terms of R6RS (libraries 7.2
;;; and 7.3). What the system raises and what `error` makes are compound conditions, too.

(define-library (gambol condition)
  (export condition? condition simple-conditions
          define-condition-type condition-type? condition-predicate condition-accessor
          make-condition-type condition-constructor condition-field
          &condition
          &message make-message-condition message-condition? condition-message
          &warning make-warning warning?
          &serious make-serious-condition serious-condition?
          &error make-error error?
          &violation make-violation violation?
          &assertion make-assertion-violation assertion-violation?
          &irritants make-irritants-condition irritants-condition? condition-irritants
          &who make-who-condition who-condition? condition-who
          &non-continuable make-non-continuable-violation non-continuable-violation?
          &implementation-restriction make-implementation-restriction-violation
          implementation-restriction-violation?
          &lexical make-lexical-violation lexical-violation?
          &syntax make-syntax-violation syntax-violation?
          syntax-violation-form syntax-violation-subform
          &undefined make-undefined-violation undefined-violation?
          &i/o make-i/o-error i/o-error?
          &i/o-filename make-i/o-filename-error i/o-filename-error? i/o-error-filename
          &divide-by-zero make-divide-by-zero-violation divide-by-zero-violation?
          &storage make-storage-condition storage-condition?
          &interrupt make-interrupt-condition interrupt-condition?
          &limit make-limit-condition limit-condition?
          condition/report-string access-condition)
  (import (scheme base)
          (only (gambol primitives) condition? bitwise-and bitwise-ior
                %make-condition %condition-ref %condition-kinds %condition-report)
          (only (gambol internal control) assertion-violation %wrong-type))
  (include "condition/types.scm" "condition/compounds.scm" "condition/standard.scm"))
