;;; Raising and handling (R7RS 4.2.7 and 6.11).
;;;
;;; Handlers stand in the dynamic state, innermost first. A handler runs in the state of the
;;; `raise` less itself and what is inside it.

;; Conditions are sets of kinds: the table is in `vm/src/condition.rs`.
(define kinds (%condition-kinds))
(define (error-kind name) (+ (cdr (assq 'error-object kinds)) (cdr (assq name kinds))))
(define kind-error (error-kind '&error))
(define kind-assertion (error-kind '&assertion))
(define kind-non-continuable (error-kind '&non-continuable))

(define (with-exception-handler handler thunk)
  (need-procedure 'with-exception-handler 0 handler)
  (need-procedure 'with-exception-handler 1 thunk)
  (let ((d (%dynamic)))
    (%set-dynamic! (with-handlers d (cons handler (state-handlers d))))
    (call-then-restore thunk d)))

(define (raise-continuable obj)
  (let* ((d (%dynamic)) (handlers (state-handlers d)))
    (if (null? handlers)
        (%uncaught obj)
        (begin
          (%set-dynamic! (with-handlers d (cdr handlers)))
          (call-then-restore (lambda () ((car handlers) obj)) d)))))

;; A handler that returns makes a secondary exception, for the handlers outside it.
(define (raise obj)
  (let* ((d (%dynamic)) (handlers (state-handlers d)))
    (if (null? handlers)
        (%uncaught obj)
        (begin
          (%set-dynamic! (with-handlers d (cdr handlers)))
          ((car handlers) obj)
          (raise (%make-condition kind-non-continuable 'raise
                                  "the handler returned from an exception that cannot be continued:"
                                  (list obj)))))))

(define (error message . irritants)
  (raise (%make-condition kind-error #f message irritants)))

(define (assertion-violation who message . irritants)
  (raise (%make-condition kind-assertion who message irritants)))

(define-syntax assert
  (syntax-rules ()
    ((_ expression)
     (or expression (assertion-violation 'assert "assertion failed:" 'expression)))))

(define (ordinal position)
  (case position
    ((0) "first argument")
    ((1) "second argument")
    ((2) "third argument")
    (else (string-append "argument " (number->string (+ position 1))))))

;; The same wording as the checks of primitives.
(define (%wrong-type who position expected value)
  (assertion-violation
   who (string-append (ordinal position) ": expected " expected ", given") value))

(define (%bad-range who position value)
  (assertion-violation who (string-append (ordinal position) ": out of range:") value))

;; Errors found by primitives arrive here, in place of the primitive's value.
(%set-hook! 'raise raise)

;;; guard
;;;
;;; The body runs in `guard-body`, whose continuation `k` leads back into `%guard`. The handler
;;; throws a token there, so that the clauses are evaluated outside the body's winders. When no
;;; clause fits, the continuation of the handler is re-entered, and the object is raised again
;;; where it was raised first.

(define guard-token (list 'guard))

(define (%guard clauses body)
  (call-with-values
   (lambda () (guard-body body))
   (lambda vs
     (if (and (pair? vs) (eq? (car vs) guard-token))
         (clauses (cadr vs) (caddr vs))
         (%values-list vs)))))

(define (guard-body body)
  (let* ((k (%capture)) (d (%dynamic)))
    (%set-dynamic!
     (with-handlers d (cons (lambda (condition)
                              (leave-for-clauses condition k d)
                              (raise-continuable condition))
                            (state-handlers d))))
    (call-then-restore body d)))

;; Returns only when the clauses ask for the object to be raised again.
(define (leave-for-clauses condition k d)
  (let* ((here (%capture)) (inner (%dynamic)))
    (go-to-state d)
    (%throw k guard-token condition (make-continuation here inner))))

;; With an else clause nothing is ever raised again, so the handler need not be captured.
(define (%guard-else clauses body)
  (call-with-values
   (lambda () (guard-body-else body))
   (lambda vs
     (if (and (pair? vs) (eq? (car vs) guard-token))
         (clauses (cadr vs))
         (%values-list vs)))))

(define (guard-body-else body)
  (let* ((k (%capture)) (d (%dynamic)))
    (%set-dynamic!
     (with-handlers d (cons (lambda (condition)
                              (go-to-state d)
                              (%throw k guard-token condition))
                            (state-handlers d))))
    (call-then-restore body d)))

(define-syntax guard
  (syntax-rules ()
    ((_ (var clause ...) body1 body2 ...)
     (guard-aux (var) (clause ...) (clause ...) (lambda () body1 body2 ...)))))

;; Looks for an else clause among those not yet seen, then builds the call.
(define-syntax guard-aux
  (syntax-rules (else)
    ((_ (var) clauses ((else result1 result2 ...)) body)
     (%guard-else (lambda (var) (cond . clauses)) body))
    ((_ (var) (clause ...) () body)
     (%guard (lambda (var again) (cond clause ... (else (again #f)))) body))
    ((_ (var) clauses (seen rest ...) body)
     (guard-aux (var) clauses (rest ...) body))))
