;;; All associations of a table. The procedures of the program see those of the moment when the
;;; walk began, so that a table changed on the way is no harm.

(define (hash-table-entries table)
  (need-table 'hash-table-entries 0 table)
  (let ((all (%table-snapshot table)))
    (let loop ((i (- (vector-length all) 2)) (keys '()) (values-of-keys '()))
      (if (< i 0)
          (values keys values-of-keys)
          (loop (- i 2)
                (cons (vector-ref all i) keys)
                (cons (vector-ref all (+ i 1)) values-of-keys))))))

;; Hands the first true answer of `wanted?` to `found`.
(define (hash-table-find-or wanted? table found failure)
  (let* ((all (%table-snapshot table)) (n (vector-length all)))
    (let loop ((i 0))
      (if (< i n)
          (let ((answer (wanted? (vector-ref all i) (vector-ref all (+ i 1)))))
            (if answer (found answer) (loop (+ i 2))))
          (failure)))))

(define (hash-table-find wanted? table failure)
  (need-procedure 'hash-table-find 0 wanted?)
  (need-table 'hash-table-find 1 table)
  (need-procedure 'hash-table-find 2 failure)
  (hash-table-find-or wanted? table (lambda (answer) answer) failure))

(define (hash-table-count wanted? table)
  (need-procedure 'hash-table-count 0 wanted?)
  (need-table 'hash-table-count 1 table)
  (table-fold table
              (lambda (key value n) (if (wanted? key value) (+ n 1) n))
              0))

;;; Mapping and folding

(define (hash-table-map f comparator table)
  (need-procedure 'hash-table-map 0 f)
  (need-table 'hash-table-map 2 table)
  (let ((new (make-from 'hash-table-map 1 (list comparator))))
    (table-walk table (lambda (key value) (table-set! new key (f value))))
    new))

(define (hash-table-for-each f table)
  (need-procedure 'hash-table-for-each 0 f)
  (need-table 'hash-table-for-each 1 table)
  (table-walk table f))
(define (hash-table-walk table f)
  (need-table 'hash-table-walk 0 table)
  (need-procedure 'hash-table-walk 1 f)
  (table-walk table f))

(define (hash-table-map! f table)
  (need-procedure 'hash-table-map! 0 f)
  (need-table 'hash-table-map! 1 table)
  (table-walk table (lambda (key value) (table-set! table key (f key value)))))

(define (hash-table-map->list f table)
  (need-procedure 'hash-table-map->list 0 f)
  (need-table 'hash-table-map->list 1 table)
  (table-fold table (lambda (key value l) (cons (f key value) l)) '()))

;; The table comes last; SRFI 69 had it first.
(define (hash-table-fold f seed table)
  (if (hash-table? f)
      (hash-table-fold seed table f)
      (begin
        (need-procedure 'hash-table-fold 0 f)
        (need-table 'hash-table-fold 2 table)
        (table-fold table f seed))))

(define (hash-table-prune! unwanted? table)
  (need-procedure 'hash-table-prune! 0 unwanted?)
  (need-table 'hash-table-prune! 1 table)
  (table-walk table
              (lambda (key value)
                (if (unwanted? key value) (table-delete! table key)))))

;;; Tables as sets of keys

(define (merge! who a b)
  (need-table who 0 a)
  (need-table who 1 b)
  (table-walk b (lambda (key value)
                  (if (not (table-contains? a key)) (table-set! a key value))))
  a)
(define (hash-table-union! a b) (merge! 'hash-table-union! a b))
(define (hash-table-merge! a b) (merge! 'hash-table-merge! a b))

(define (hash-table-intersection! a b)
  (need-table 'hash-table-intersection! 0 a)
  (need-table 'hash-table-intersection! 1 b)
  (table-walk a (lambda (key value)
                  (if (not (table-contains? b key)) (table-delete! a key))))
  a)

(define (hash-table-difference! a b)
  (need-table 'hash-table-difference! 0 a)
  (need-table 'hash-table-difference! 1 b)
  (table-walk a (lambda (key value)
                  (if (table-contains? b key) (table-delete! a key))))
  a)

(define (hash-table-xor! a b)
  (need-table 'hash-table-xor! 0 a)
  (need-table 'hash-table-xor! 1 b)
  (table-walk b (lambda (key value)
                  (if (not (table-delete! a key)) (table-set! a key value))))
  a)
