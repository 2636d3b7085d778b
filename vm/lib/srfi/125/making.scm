;;; Making tables, and comparing them.

;; `options` starts with a comparator, or with an equivalence and perhaps a hash procedure;
;; the first of them is argument `position` of `who`.
(define (make-from who position options)
  (let ((what (car options)) (more (cdr options)))
    (cond
      ((comparator? what)
       (make-with who position (comparator-equality-predicate what)
                  (and (comparator-hashable? what) (comparator-hash-function what))
                  more))
      ((not (procedure? what)) (%wrong-type who position "a comparator" what))
      ((and (pair? more) (procedure? (car more)))
       (make-with who position what (car more) (cdr more)))
      (else (make-with who position what #f more)))))

;; What is left of the options is a capacity and wishes. Keys are held weakly when that is
;; wished and the equivalence is built in; nothing else changes what a program could see.
(define (make-with who position equivalence hash wishes)
  (if (not (or hash (hash-known? equivalence)))
      (assertion-violation who "the equivalence needs a hash function to go with it:" equivalence))
  (make-table equivalence hash
              (and (or (memq 'weak-keys wishes) (memq 'ephemeral-keys wishes))
                   (built-in? equivalence))
              (or (find exact-nonnegative-integer? wishes) 0)))

(define (built-in? equivalence)
  (and (memq equivalence (list eq? eqv? equal? string=? string-ci=? symbol=? boolean=? char=?)) #t))

(define (make-hash-table comparator . options)
  (make-from 'make-hash-table 0 (cons comparator options)))

(define (hash-table comparator . associations)
  (let ((table (make-from 'hash-table 0 (list comparator))))
    (let loop ((l associations))
      (cond
        ((null? l) table)
        ((null? (cdr l)) (assertion-violation 'hash-table "a key without a value:" (car l)))
        ((table-contains? table (car l))
         (assertion-violation 'hash-table "a key is given twice:" (car l)))
        (else
         (table-set! table (car l) (cadr l))
         (loop (cddr l)))))))

(define (hash-table-unfold stop? mapper successor seed comparator . options)
  (need-procedure 'hash-table-unfold 0 stop?)
  (need-procedure 'hash-table-unfold 1 mapper)
  (need-procedure 'hash-table-unfold 2 successor)
  (let ((table (make-from 'hash-table-unfold 4 (cons comparator options))))
    (let loop ((seed seed))
      (if (stop? seed)
          table
          (call-with-values (lambda () (mapper seed))
            (lambda (key value)
              (table-set! table key value)
              (loop (successor seed))))))))

;; The first association of a key counts.
(define (alist->hash-table alist comparator . options)
  (let ((table (make-from 'alist->hash-table 1 (cons comparator options))))
    (for-each (lambda (association)
                (if (not (table-contains? table (car association)))
                    (table-set! table (car association) (cdr association))))
              alist)
    table))

(define (hash-table-empty-copy table)
  (need-table 'hash-table-empty-copy 0 table)
  (%make-table (%table-mode table) (%table-equivalence table) (%table-hash table) 0))

(define (hash-table-mutable? table)
  (need-table 'hash-table-mutable? 0 table)
  #t)

(define (hash-table-equivalence-function table)
  (need-table 'hash-table-equivalence-function 0 table)
  (table-equivalence table))
(define (hash-table-hash-function table)
  (need-table 'hash-table-hash-function 0 table)
  (table-hash table))

(define (hash-table=? value-comparator a b)
  (if (not (comparator? value-comparator))
      (%wrong-type 'hash-table=? 0 "a comparator" value-comparator))
  (need-table 'hash-table=? 1 a)
  (need-table 'hash-table=? 2 b)
  (let ((same? (comparator-equality-predicate value-comparator)))
    (and (= (hash-table-size a) (hash-table-size b))
         (hash-table-find-or (lambda (key value)
                               (let ((other (table-ref b key absent)))
                                 (or (eq? other absent) (not (same? value other)))))
                             a
                             (lambda (difference) #f)
                             (lambda () #t)))))
