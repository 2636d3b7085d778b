;;; The names and conventions of SRFI 69 over `(gambol internal tables)`.

;; The optional arguments are an equivalence, a hash procedure, and whatever an implementation
;; likes to know beyond that.
(define (make-from who position options)
  (if (null? options)
      (make-table equal? #f #f 0)
      (let ((hash (and (pair? (cdr options)) (cadr options))))
        (need-procedure who position (car options))
        (if hash (need-procedure who (+ position 1) hash))
        (make-table (car options) hash #f 0))))

(define (make-hash-table . options) (make-from 'make-hash-table 0 options))

;; The first association of a key counts, as it does for `assoc`.
(define (alist->hash-table alist . options)
  (let ((table (make-from 'alist->hash-table 1 options)))
    (for-each (lambda (association)
                (table-update!/default table (car association)
                                       (lambda (old) (if (eq? old absent) (cdr association) old))
                                       absent))
              alist)
    table))

;; A procedure whose first argument is a table.
(define-syntax define-of-table
  (syntax-rules ()
    ((_ (name table . more) body1 body2 ...)
     (define (name table . more)
       (need-table 'name 0 table)
       body1 body2 ...))))

(define-of-table (hash-table-equivalence-function table) (table-equivalence table))
(define-of-table (hash-table-hash-function table) (table-hash table))

(define (missing-key who key)
  (lambda () (assertion-violation who "the table has no such key:" key)))

(define hash-table-ref
  (case-lambda
    ((table key)
     (need-table 'hash-table-ref 0 table)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) ((missing-key 'hash-table-ref key)) value)))
    ((table key missing)
     (need-table 'hash-table-ref 0 table)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (missing) value)))
    ;; SRFI 125 adds a procedure for the other outcome.
    ((table key missing found)
     (need-table 'hash-table-ref 0 table)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (missing) (found value))))))

(define-of-table (hash-table-ref/default table key default) (table-ref table key default))
(define-of-table (hash-table-set! table key value) (table-set! table key value))
(define-of-table (hash-table-delete! table key) (table-delete! table key) (if #f #f))
(define-of-table (hash-table-exists? table key) (table-contains? table key))

(define hash-table-update!
  (case-lambda
    ((table key update)
     (hash-table-update! table key update (missing-key 'hash-table-update! key)))
    ((table key update missing)
     (need-table 'hash-table-update! 0 table)
     (table-update! table key update missing))))

(define-of-table (hash-table-update!/default table key update default)
  (table-update!/default table key update default))

(define-of-table (hash-table-walk table procedure) (table-walk table procedure))
(define-of-table (hash-table-fold table procedure seed) (table-fold table procedure seed))

(define-of-table (hash-table-merge! table other)
  (need-table 'hash-table-merge! 1 other)
  (table-walk other (lambda (key value) (table-set! table key value)))
  table)

(define (hash object . bound) (apply equal-hash object bound))
(define (hash-by-identity object . bound) (apply eq-hash object bound))
