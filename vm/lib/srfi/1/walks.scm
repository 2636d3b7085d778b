;;; Folds, maps, filters and searches beyond those of `(gambol internal lists)`.

(define (any-ended? lists) (any not-pair? lists))

(define count
  (case-lambda
    ((f l)
     (need-procedure 'count f)
     (let loop ((l l) (n 0))
       (if (pair? l) (loop (cdr l) (if (f (car l)) (+ n 1) n)) n)))
    ((f l . more)
     (need-procedure 'count f)
     (let loop ((lists (cons l more)) (n 0))
       (if (any-ended? lists)
           n
           (loop (map cdr lists) (if (%apply f (map car lists)) (+ n 1) n)))))))

(define unfold
  (case-lambda
    ((stop? f next seed) (unfold stop? f next seed (lambda (seed) '())))
    ((stop? f next seed tail)
     (need-procedure 'unfold stop?)
     (if (not (procedure? f)) (%non-procedure 'unfold 1 f))
     (if (not (procedure? next)) (%non-procedure 'unfold 2 next))
     (let loop ((seed seed))
       (if (stop? seed)
           (tail seed)
           (let ((v (f seed))) (cons v (loop (next seed)))))))))

(define unfold-right
  (case-lambda
    ((stop? f next seed) (unfold-right stop? f next seed '()))
    ((stop? f next seed tail)
     (need-procedure 'unfold-right stop?)
     (if (not (procedure? f)) (%non-procedure 'unfold-right 1 f))
     (if (not (procedure? next)) (%non-procedure 'unfold-right 2 next))
     (let loop ((seed seed) (l tail))
       (if (stop? seed)
           l
           (loop (next seed) (cons (f seed) l)))))))

;; The cdr is taken before the call: `f` may change the pair it gets.
(define pair-fold
  (case-lambda
    ((f seed l)
     (need-procedure 'pair-fold f)
     (let loop ((l l) (acc seed))
       (if (pair? l)
           (let ((rest (cdr l))) (loop rest (f l acc)))
           acc)))
    ((f seed l . more)
     (need-procedure 'pair-fold f)
     (let loop ((lists (cons l more)) (acc seed))
       (if (any-ended? lists)
           acc
           (let ((rest (map cdr lists)))
             (loop rest (%apply f (append lists (list acc))))))))))

(define pair-fold-right
  (case-lambda
    ((f seed l)
     (need-procedure 'pair-fold-right f)
     (let loop ((l l))
       (if (pair? l) (f l (loop (cdr l))) seed)))
    ((f seed l . more)
     (need-procedure 'pair-fold-right f)
     (let loop ((lists (cons l more)))
       (if (any-ended? lists)
           seed
           (%apply f (append lists (list (loop (map cdr lists))))))))))

(define (reduce-right f identity l)
  (need-procedure 'reduce-right f)
  (if (pair? l)
      (let loop ((x (car l)) (l (cdr l)))
        (if (pair? l) (f x (loop (car l) (cdr l))) x))
      identity))

(define (append-map! f l . more) (concatenate! (%apply map f l more)))

(define map!
  (case-lambda
    ((f l)
     (need-procedure 'map! f)
     (let loop ((at l))
       (if (pair? at)
           (begin (set-car! at (f (car at))) (loop (cdr at)))
           l)))
    ((f l . more)
     (need-procedure 'map! f)
     (let loop ((at l) (more more))
       (if (pair? at)
           (begin
             (set-car! at (%apply f (car at) (map car more)))
             (loop (cdr at) (map cdr more)))
           l)))))

;; `map` goes from left to right already.
(define map-in-order map)

(define pair-for-each
  (case-lambda
    ((f l)
     (need-procedure 'pair-for-each f)
     (let loop ((l l))
       (if (pair? l)
           (let ((rest (cdr l))) (f l) (loop rest)))))
    ((f l . more)
     (need-procedure 'pair-for-each f)
     (let loop ((lists (cons l more)))
       (if (not (any-ended? lists))
           (let ((rest (map cdr lists)))
             (%apply f lists)
             (loop rest)))))))

;; The linear-update names may reuse pairs but need not. A fresh list costs a bump of the
;; allocation pointer; changing old pairs would cost a barrier each.
(define filter! filter)
(define remove! remove)
(define partition! partition)

(define (take-while wanted? l)
  (need-procedure 'take-while wanted?)
  (let loop ((l l))
    (if (and (pair? l) (wanted? (car l)))
        (let ((x (car l))) (cons x (loop (cdr l))))
        '())))
(define take-while! take-while)
(define (drop-while unwanted? l)
  (need-procedure 'drop-while unwanted?)
  (let loop ((l l))
    (if (and (pair? l) (unwanted? (car l))) (loop (cdr l)) l)))
(define (span wanted? l)
  (need-procedure 'span wanted?)
  (let loop ((l l) (before '()))
    (if (and (pair? l) (wanted? (car l)))
        (loop (cdr l) (cons (car l) before))
        (values (reverse before) l))))
(define (break stop? l)
  (need-procedure 'break stop?)
  (span (lambda (x) (not (stop? x))) l))
(define span! span)
(define break! break)

(define delete! delete)

(define delete-duplicates
  (case-lambda
    ((l) (delete-duplicates l equal?))
    ((l same?)
     (let loop ((l l))
       (if (pair? l)
           (let ((x (car l)))
             (cons x (loop (delete x (cdr l) same?))))
           '())))))
(define delete-duplicates! delete-duplicates)

(define (alist-cons key value alist) (cons (cons key value) alist))
(define (alist-copy alist)
  (map (lambda (entry) (cons (car entry) (cdr entry))) alist))
(define alist-delete
  (case-lambda
    ((key alist) (alist-delete key alist equal?))
    ((key alist same?) (remove (lambda (entry) (same? key (car entry))) alist))))
(define alist-delete! alist-delete)
