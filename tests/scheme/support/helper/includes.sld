(define-library (helper includes)
  (include-library-declarations "parts/declarations.scm")
  (include "parts/one.scm" "parts/two.scm")
  (include-ci "parts/shouting.scm")
  (begin
    (define sum (+ one two))
    (include "parts/three.scm")
    (define (local)
      (include "parts/body.scm"))))
