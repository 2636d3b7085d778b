;;; Looking at the running system from inside.

(define-library (gambol runtime)
  (export collect-garbage gc-stats runtime-seconds
          procedure-name procedure-arity void current-directory
          condition? condition-report gensym)
  (import (gambol primitives) (gambol syntax))
  (begin
    ;; A full collection, or with #f a minor one.
    (define collect-garbage
      (case-lambda
        (() (%collect #t))
        ((full?) (%collect full?))))
    ;; Processor time used so far.
    (define (runtime-seconds) (%runtime-seconds))
    (define (condition-report condition) (%condition-report condition))
    (define gensym
      (case-lambda
        (() (%gensym))
        ((prefix) (%gensym prefix))))))
