;;; Looking at the running system from inside.

(define-library (gambol runtime)
  (export collect-garbage gc-stats runtime-seconds
          procedure-name procedure-arity void current-directory
          gensym)
  (import (gambol primitives) (gambol syntax))
  (begin
    ;; A full collection, or with #f a minor one.
    (define collect-garbage
      (case-lambda
        (() (%collect #t))
        ((full?) (%collect full?))))
    ;; Processor time used so far.
    (define (runtime-seconds) (%runtime-seconds))
    (define gensym
      (case-lambda
        (() (%gensym))
        ((prefix) (%gensym prefix))))))
