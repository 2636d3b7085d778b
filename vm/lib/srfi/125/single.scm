;;; One association at a time.

(define (missing-key who key)
  (assertion-violation who "the table has no such key:" key))

(define (hash-table-contains? table key)
  (need-table 'hash-table-contains? 0 table)
  (table-contains? table key))
(define (hash-table-exists? table key)
  (need-table 'hash-table-exists? 0 table)
  (table-contains? table key))

(define (hash-table-empty? table)
  (need-table 'hash-table-empty? 0 table)
  (eqv? 0 (hash-table-size table)))

(define hash-table-ref
  (case-lambda
    ((table key)
     (need-table 'hash-table-ref 0 table)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (missing-key 'hash-table-ref key) value)))
    ((table key failure)
     (need-table 'hash-table-ref 0 table)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (failure) value)))
    ((table key failure success)
     (need-table 'hash-table-ref 0 table)
     (let ((value (table-ref table key absent)))
       (if (eq? value absent) (failure) (success value))))))

(define (hash-table-ref/default table key default)
  (need-table 'hash-table-ref/default 0 table)
  (table-ref table key default))

(define hash-table-set!
  (case-lambda
    ((table key value)
     (need-table 'hash-table-set! 0 table)
     (table-set! table key value))
    ((table . associations)
     (need-table 'hash-table-set! 0 table)
     (let loop ((l associations))
       (if (pair? l)
           (begin
             (if (null? (cdr l))
                 (assertion-violation 'hash-table-set! "a key without a value:" (car l)))
             (table-set! table (car l) (cadr l))
             (loop (cddr l))))))))

(define hash-table-delete!
  (case-lambda
    ((table key)
     (need-table 'hash-table-delete! 0 table)
     (if (table-delete! table key) 1 0))
    ((table . keys)
     (need-table 'hash-table-delete! 0 table)
     (let loop ((keys keys) (n 0))
       (if (pair? keys)
           (loop (cdr keys) (if (table-delete! table (car keys)) (+ n 1) n))
           n)))))

(define (hash-table-intern! table key failure)
  (need-table 'hash-table-intern! 0 table)
  (let ((value (table-ref table key absent)))
    (if (eq? value absent)
        (let ((value (failure)))
          (table-set! table key value)
          value)
        value)))

(define hash-table-update!
  (case-lambda
    ((table key updater)
     (need-table 'hash-table-update! 0 table)
     (table-update! table key updater (lambda () (missing-key 'hash-table-update! key))))
    ((table key updater failure)
     (need-table 'hash-table-update! 0 table)
     (table-update! table key updater failure))
    ((table key updater failure success)
     (need-table 'hash-table-update! 0 table)
     (let ((value (table-ref table key absent)))
       (table-set! table key
                   (updater (if (eq? value absent) (failure) (success value))))))))

(define (hash-table-update!/default table key updater default)
  (need-table 'hash-table-update!/default 0 table)
  (table-update!/default table key updater default))

(define (hash-table-pop! table)
  (need-table 'hash-table-pop! 0 table)
  (let ((all (%table-snapshot table)))
    (if (eqv? 0 (vector-length all))
        (assertion-violation 'hash-table-pop! "the table is empty:" table))
    (table-delete! table (vector-ref all 0))
    (values (vector-ref all 0) (vector-ref all 1))))
