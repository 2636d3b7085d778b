;;; Parameters (R7RS 4.2.6, SRFI 39).
;;;
;;; A parameter is a procedure that knows a key, a converter and a box with its global value.
;;; Bindings stand in the dynamic state as ((key . box) ...). `parameterize` gets at key and
;;; converter by calling the parameter with `parameter-protocol`, which no program can name.

(define-record-type parameter-protocol
  (make-parameter-protocol)
  parameter-protocol?)
(define protocol (make-parameter-protocol))

;; What a parameter answers when called with `protocol`.
(define-record-type parameter-parts
  (make-parameter-parts key converter)
  parameter-parts?
  (key parts-key)
  (converter parts-converter))

(define-syntax convert
  (syntax-rules ()
    ((_ converter v) (if converter (converter v) v))))

(define (box-of key default)
  (let ((binding (assq key (state-parameters (%dynamic)))))
    (if binding (cdr binding) default)))

(define (build-parameter value converter)
  (let* ((default (box (convert converter value)))
         (parts (make-parameter-parts default converter)))
    (case-lambda
      (() (unbox (box-of default default)))
      ((v)
       (if (eq? v protocol)
           parts
           (set-box! (box-of default default) (convert converter v)))))))

(define make-parameter
  (case-lambda
    ((value) (build-parameter value #f))
    ((value converter)
     (need-procedure 'make-parameter 1 converter)
     (build-parameter value converter))))

;; The current ports: the key is a symbol, which is how primitives find the binding, and the
;; global value lives in the virtual machine under number `n`.
(define (make-port-parameter key n check)
  (let ((parts (make-parameter-parts key check)))
    (case-lambda
      (() (let ((binding (assq key (state-parameters (%dynamic)))))
            (if binding (unbox (cdr binding)) (%default-port n))))
      ((v)
       (cond
         ((eq? v protocol) parts)
         ((assq key (state-parameters (%dynamic)))
          => (lambda (binding) (set-box! (cdr binding) (check v))))
         (else (%set-default-port! n (check v))))))))

(define (parameter-binding parameter value)
  (let ((parts (and (procedure? parameter) (parameter protocol))))
    (if (not (parameter-parts? parts)) (%wrong-type 'parameterize 0 "a parameter" parameter))
    (let ((converter (parts-converter parts)))
      (cons (parts-key parts) (box (convert converter value))))))

(define (%with-parameter parameter value thunk)
  (let* ((binding (parameter-binding parameter value))
         (d (%dynamic)))
    (%set-dynamic! (with-parameters d (cons binding (state-parameters d))))
    (call-then-restore thunk d)))

;; All converters run before any binding is in force.
(define (%with-parameters parameters values thunk)
  (let loop ((ps parameters) (vs values) (bindings '()))
    (if (pair? ps)
        (loop (cdr ps) (cdr vs) (cons (parameter-binding (car ps) (car vs)) bindings))
        (let ((d (%dynamic)))
          (%set-dynamic! (with-parameters d (append-reverse! bindings (state-parameters d))))
          (call-then-restore thunk d)))))

(define-syntax parameterize
  (syntax-rules ()
    ((_ () body1 body2 ...) (let () body1 body2 ...))
    ((_ ((p v)) body1 body2 ...)
     (%with-parameter p v (lambda () body1 body2 ...)))
    ((_ ((p v) ...) body1 body2 ...)
     (%with-parameters (list p ...) (list v ...) (lambda () body1 body2 ...)))))
