;;; Application, continuations and winding.
;;;
;;; A winder is a vector of four: the before and after thunks, the dynamic state outside the
;;; `dynamic-wind` (both thunks run in it), and the depth of the winders list that starts with
;;; it. The depth finds the common tail of two lists in time linear in what has to be wound.

(define apply
  (case-lambda
    ((f args) (%apply f args))
    ((f a args) (%apply f a args))
    ((f a b args) (%apply f a b args))
    ((f a b c . more) (%apply f a b c (%apply cons* more)))))

;; Record fields by number: the layout is `dynamic` in `vm/abi/src/layout.rs`.
(define-syntax state-handlers (syntax-rules () ((_ d) (%dynamic-ref d 0))))
(define-syntax state-parameters (syntax-rules () ((_ d) (%dynamic-ref d 1))))
(define-syntax state-winders (syntax-rules () ((_ d) (%dynamic-ref d 2))))
(define-syntax state-marks (syntax-rules () ((_ d) (%dynamic-ref d 3))))

(define-syntax with-handlers
  (syntax-rules ()
    ((_ d handlers)
     (%make-dynamic handlers (state-parameters d) (state-winders d) (state-marks d) d))))
(define-syntax with-parameters
  (syntax-rules ()
    ((_ d parameters)
     (%make-dynamic (state-handlers d) parameters (state-winders d) (state-marks d) d))))
(define-syntax with-winders
  (syntax-rules ()
    ((_ d winders)
     (%make-dynamic (state-handlers d) (state-parameters d) winders (state-marks d) d))))

;; Runs `thunk`, then makes `d` the state again; passes on whatever values there are.
(define-syntax call-then-restore
  (syntax-rules ()
    ((_ thunk d after ...)
     (call-with-values thunk
       (lambda vs (%set-dynamic! d) after ... (%values-list vs))))))

(define (%non-procedure who position value)
  (%wrong-type who position "a procedure" value))

;; For arguments that must be procedures: the first, or the one at `position`.
(define-syntax need-procedure
  (syntax-rules ()
    ((_ who f) (need-procedure who 0 f))
    ((_ who position f) (if (not (procedure? f)) (%non-procedure who position f)))))

;; Leaves and enters winders until the list in force is `to`. All leaving happens before any
;; entering; each thunk runs in the state outside its own `dynamic-wind`.
(define (rewind from to)
  (cond
    ((eq? from to))
    ((or (null? to)
         (and (pair? from) (>= (vector-ref (car from) 3) (vector-ref (car to) 3))))
     (let ((winder (car from)))
       (%set-dynamic! (vector-ref winder 2))
       ((vector-ref winder 1))
       (rewind (cdr from) to)))
    (else
     (rewind from (cdr to))
     (let ((winder (car to)))
       (%set-dynamic! (vector-ref winder 2))
       ((vector-ref winder 0))))))

(define-syntax go-to-state
  (syntax-rules ()
    ((_ d)
     (let ((from (state-winders (%dynamic))) (to (state-winders d)))
       (if (not (eq? from to)) (rewind from to))
       (%set-dynamic! d)))))

(define-syntax continuation
  (syntax-rules ()
    ((_ k d)
     (case-lambda
       ((v) (go-to-state d) (%throw k v))
       (() (go-to-state d) (%throw k))
       (vs (go-to-state d) (%throw-list k vs))))))

(define (make-continuation k d) (continuation k d))

(define (call-with-current-continuation f)
  (let* ((k (%capture)) (d (%dynamic)))
    (f (continuation k d))))

(define call/cc call-with-current-continuation)

;; Escape-only use is the common one; nothing is gained by forbidding re-entry.
(define call-with-escape-continuation call-with-current-continuation)

(define (dynamic-wind before thunk after)
  (need-procedure 'dynamic-wind 0 before)
  (need-procedure 'dynamic-wind 1 thunk)
  (need-procedure 'dynamic-wind 2 after)
  (before)
  (let* ((d (%dynamic))
         (outer (state-winders d))
         (depth (if (pair? outer) (+ 1 (vector-ref (car outer) 3)) 1)))
    (%set-dynamic! (with-winders d (cons (vector before after d depth) outer)))
    (call-then-restore thunk d (after))))

;; Leaves every `dynamic-wind`, innermost first, as `exit` must.
(define (%unwind-all)
  (rewind (state-winders (%dynamic)) '()))

(define exit
  (case-lambda
    (() (%unwind-all) (%exit #t))
    ((code) (%unwind-all) (%exit code))))
