;;; Simple and compound conditions.
;;;
;;; The extra field of a simple condition is a vector of its type and all its fields; that of a
;;; compound one is the list of its simple conditions. Anything else there means that the system
;;; made the condition: its components follow from bits, who, message and irritants.

(define (extra c) (%condition-ref c slot-extra))

(define (make-simple type values)
  ;; The value for one of the system's fields, if a supertype has it.
  (define (shown slot)
    (let loop ((t type))
      (cond ((not t) #f)
            ((eqv? (type-slot t) slot) (list-ref values (type-start t)))
            (else (loop (type-parent t))))))
  (%make-condition (let ((b (all-bits type)))
                     (if (subtype? type &serious) (bitwise-ior b error-object-bit) b))
                   (shown slot-who) (shown slot-message) (shown slot-irritants)
                   (apply vector type values)))

(define (simple-type c) (vector-ref (extra c) 0))

;; The most special of the system's types that `c` has the bit of, then what the other fields say.
(define (derived-components c)
  (define k (kinds c))
  (define (has? type) (not (zero? (bitwise-and k (type-bit type)))))
  (define (special? type)
    (and (has? type)
         (not (any-type (lambda (t) (and (has? t) (eq? (type-parent t) type)))))))
  (define (blank type) (make-simple type (system-fields type c)))
  (define (field slot type)
    (let ((v (%condition-ref c slot)))
      (if v (list (make-simple type (list v))) '())))
  (append (map blank (types-where special?))
          (field slot-who &who)
          (field slot-message &message)
          (field slot-irritants &irritants)))

;; What is known of the fields of a system type's condition.
(define (system-fields type c)
  (let ((irritants (%condition-ref c slot-irritants)))
    (if (and (eq? type &i/o-filename) (pair? irritants))
        (list (car irritants))
        (map (lambda (i) #f) (iota* (fields-end type))))))
(define (iota* n) (if (= n 0) '() (cons n (iota* (- n 1)))))

(define (need-condition who c)
  (if (not (condition? c)) (%wrong-type who 0 "a condition" c)))

;; The simple conditions that `c` consists of (R6RS libraries 7.2.1).
(define (simple-conditions c)
  (need-condition 'simple-conditions c)
  (let ((x (extra c)))
    (cond ((vector? x) (list c))
          ((or (pair? x) (null? x)) (list-copy x))
          (else (derived-components c)))))

;; A compound condition of the components of `cs`.
(define (condition . cs)
  (define all
    (apply append
           (map (lambda (c) (need-condition 'condition c) (simple-conditions c)) cs)))
  (define (first slot)
    (let loop ((rest all))
      (and (pair? rest) (or (%condition-ref (car rest) slot) (loop (cdr rest))))))
  (if (and (pair? all) (null? (cdr all)))
      (car all)
      (%make-condition (apply bitwise-ior (map kinds all))
                       (first slot-who) (first slot-message) (first slot-irritants)
                       all)))

;; The first component of a type, or #f.
(define (component c type)
  (let loop ((rest (simple-conditions c)))
    (and (pair? rest)
         (if (subtype? (simple-type (car rest)) type)
             (car rest)
             (loop (cdr rest))))))

(define (condition-constructor type)
  (need-type 'condition-constructor 0 type)
  (let ((count (fields-end type)))
    (lambda values
      (if (not (= (length values) count))
          (assertion-violation (type-name type) "wrong number of fields:" values))
      (make-simple type values))))

(define (condition-predicate type)
  (need-type 'condition-predicate 0 type)
  (let ((mask (type-mask type)) (slot (type-slot type)))
    (lambda (obj)
      (and (condition? obj)
           (or (not (zero? (bitwise-and mask (kinds obj))))
               (if slot
                   (and (%condition-ref obj slot) #t)
                   (and (component obj type) #t)))))))

;; `(proc c)` for the component `c` of a type.
(define (condition-accessor type proc)
  (need-type 'condition-accessor 0 type)
  (lambda (obj)
    (proc (or (and (condition? obj) (component obj type))
              (%wrong-type (type-name type) 0 "a condition of this type" obj)))))

;; The accessor of a field of a type.
(define (condition-field type name)
  (need-type 'condition-field 0 type)
  (let loop ((rest (type-fields type)) (i (+ 1 (type-start type))))
    (cond ((null? rest) (assertion-violation 'condition-field "no such field:" name))
          ((eq? (car rest) name)
           (condition-accessor type (lambda (c) (vector-ref (extra c) i))))
          (else (loop (cdr rest) (+ i 1))))))

(define-syntax define-condition-type
  (syntax-rules ()
    ((_ type parent constructor predicate (field accessor) ...)
     (begin
       (define type (make-condition-type 'type parent '(field ...)))
       (define constructor (condition-constructor type))
       (define predicate (condition-predicate type))
       (define accessor (condition-field type 'field)) ...))))

;; Who, message and irritants in one line.
(define (condition/report-string c)
  (need-condition 'condition/report-string c)
  (%condition-report c))

;; The value of a field by name, in whichever component has it.
(define (access-condition c name)
  (need-condition 'access-condition c)
  (let loop ((rest (simple-conditions c)))
    (if (null? rest)
        (assertion-violation 'access-condition "no such field:" name)
        (let search ((type (simple-type (car rest))))
          (cond ((not type) (loop (cdr rest)))
                ((memq name (type-fields type))
                 ((condition-field type name) (car rest)))
                (else (search (type-parent type))))))))
