;; exit 7
;;; R7RS 6.14: `exit` runs the outstanding after thunks, innermost first; `emergency-exit` none.
(import (scheme base) (scheme process-context))

(define trace '())
(define (note x) (set! trace (cons x trace)))
(dynamic-wind
 (lambda () (note 'in))
 (lambda ()
   (dynamic-wind
    (lambda () (note 'inner-in))
    (lambda () (guard (e (#t (note 'guarded))) (exit 3)))
    (lambda () (note 'inner-out))))
 (lambda ()
   (note 'out)
   ;; Exit code 7 tells that all this was so.
   (dynamic-wind
    (lambda () #f)
    (lambda () (emergency-exit (if (equal? trace '(out inner-out inner-in in)) 7 1)))
    (lambda () (emergency-exit 2)))))
