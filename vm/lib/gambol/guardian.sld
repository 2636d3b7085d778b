;;; Guardians (Dybvig, Bruggeman and Eby, "Guardians in a generation-based garbage collector",
;;; PLDI 1993): objects registered with a guardian come back from it when nothing else reaches
;;; them any more.

(define-library (gambol guardian)
  (export make-guardian)
  (import (gambol primitives) (gambol syntax))
  (begin
    ;; (g object) registers, (g object representative) makes the representative come back
    ;; instead, (g) takes out one object or #f.
    (define (make-guardian)
      (let ((guardian (%make-guardian)))
        (case-lambda
          (() (%guardian-next guardian))
          ((object) (%guardian-register guardian object))
          ((object representative)
           (%guardian-register guardian object representative)))))))
