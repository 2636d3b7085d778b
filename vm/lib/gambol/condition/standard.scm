;;; The standard types (R6RS libraries 7.3), and those of this system.

(define &condition (make-type '&condition #f 0 #f '()))

;; The types that have a bit.
(define system-types '())
(define (types-where good?)
  (let loop ((rest system-types) (found '()))
    (cond ((null? rest) found)
          ((good? (car rest)) (loop (cdr rest) (cons (car rest) found)))
          (else (loop (cdr rest) found)))))
(define (any-type good?) (pair? (types-where good?)))

(define-syntax define-standard
  (syntax-rules ()
    ((_ type parent constructor predicate (field accessor) ...)
     (begin
       (define type (make-type 'type parent (bit 'type) #f '(field ...)))
       (set! system-types (cons type system-types))
       (define constructor (condition-constructor type))
       (define predicate (condition-predicate type))
       (define accessor (condition-field type 'field)) ...))))

(define-syntax define-shown
  (syntax-rules ()
    ((_ type slot constructor predicate field accessor)
     (begin
       (define type (make-type 'type &condition 0 slot '(field)))
       (define constructor (condition-constructor type))
       (define predicate (condition-predicate type))
       (define accessor (condition-field type 'field))))))

(define-shown &message slot-message make-message-condition message-condition?
  message condition-message)
(define-shown &irritants slot-irritants make-irritants-condition irritants-condition?
  irritants condition-irritants)
(define-shown &who slot-who make-who-condition who-condition? who condition-who)

(define-standard &warning &condition make-warning warning?)
(define-standard &serious &condition make-serious-condition serious-condition?)
(define-standard &error &serious make-error error?)
(define-standard &violation &serious make-violation violation?)
(define-standard &assertion &violation make-assertion-violation assertion-violation?)
(define-standard &non-continuable &violation
  make-non-continuable-violation non-continuable-violation?)
(define-standard &implementation-restriction &violation
  make-implementation-restriction-violation implementation-restriction-violation?)
(define-standard &lexical &violation make-lexical-violation lexical-violation?)
(define-standard &syntax &violation make-syntax-violation syntax-violation?
  (form syntax-violation-form) (subform syntax-violation-subform))
(define-standard &undefined &violation make-undefined-violation undefined-violation?)
(define-standard &i/o &error make-i/o-error i/o-error?)
(define-standard &i/o-filename &i/o make-i/o-filename-error i/o-filename-error?
  (filename i/o-error-filename))

;; Of this system: division by an exact zero, no more memory, an interrupt by the user (which is
;; no error), a limit on time.
(define-standard &divide-by-zero &assertion
  make-divide-by-zero-violation divide-by-zero-violation?)
(define-standard &storage &serious make-storage-condition storage-condition?)
(define-standard &interrupt &condition make-interrupt-condition interrupt-condition?)
(define-standard &limit &serious make-limit-condition limit-condition?)
