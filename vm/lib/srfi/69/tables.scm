;;; The names and conventions of SRFI 69 over `(gambol internal tables)`.

(define (check-procedure who position value)
  (if (not (procedure? value)) (%non-procedure who position value)))

;; The optional arguments are an equivalence, a hash procedure, and whatever an implementation
;; likes to know beyond that.
(define (make-from who position options)
  (if (null? options)
      (make-table equal? #f #f 0)
      (let ((hash (and (pair? (cdr options)) (cadr options))))
        (check-procedure who position (car options))
        (if hash (check-procedure who (+ position 1) hash))
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

(define (hash-table-equivalence-function table) (table-equivalence table))
(define (hash-table-hash-function table) (table-hash table))

(define (missing-key who key)
  (lambda () (assertion-violation who "the table has no such key" key)))

(define hash-table-ref
  (case-lambda
    ((table key) (hash-table-ref table key (missing-key 'hash-table-ref key)))
    ((table key missing)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (missing) value)))
    ;; SRFI 125 adds a procedure for the other outcome.
    ((table key missing found)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (missing) (found value))))))

(define (hash-table-ref/default table key default) (table-ref table key default))
(define (hash-table-set! table key value) (table-set! table key value))
(define (hash-table-delete! table key) (table-delete! table key) (if #f #f))
(define (hash-table-exists? table key) (table-contains? table key))

(define hash-table-update!
  (case-lambda
    ((table key update)
     (table-update! table key update (missing-key 'hash-table-update! key)))
    ((table key update missing) (table-update! table key update missing))))

(define (hash-table-update!/default table key update default)
  (table-update!/default table key update default))

(define (hash-table-walk table procedure) (table-walk table procedure))
(define (hash-table-fold table procedure seed) (table-fold table procedure seed))

(define (hash-table-merge! table other)
  (table-walk other (lambda (key value) (table-set! table key value)))
  table)

(define (hash object . bound) (apply equal-hash object bound))
(define (hash-by-identity object . bound) (apply eq-hash object bound))
