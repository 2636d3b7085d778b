;;; One- and two-list cases are written out: they are nearly every call, and each step of them is
;;; a call of the user's procedure and nothing else. Lists of unequal length end with the
;;; shortest (R7RS 6.10); a single list must be proper.

;; The end of a walk over `l`, of which `rest` is left.
(define-syntax need-end
  (syntax-rules ()
    ((_ who position rest l)
     (if (not (null? rest)) (%wrong-type who position "a list" l)))))

;;; Several lists at once

;; The cars of `lists`, or #f when one of them is at its end.
(define (cars lists)
  (if (pair? lists)
      (let ((l (car lists)))
        (and (pair? l)
             (let ((more (cars (cdr lists))))
               (and more (cons (car l) more)))))
      '()))
;; The same with `last` after the cars.
(define (cars+ lists last)
  (if (pair? lists)
      (let ((l (car lists)))
        (and (pair? l)
             (let ((more (cars+ (cdr lists) last)))
               (and more (cons (car l) more)))))
      (list last)))
(define (cdrs lists)
  (if (pair? lists)
      (cons (cdr (car lists)) (cdrs (cdr lists)))
      '()))

;;; map and for-each

;; Recursive rather than accumulate-and-reverse!: a continuation captured in `f` may return
;; several times, and earlier results must not change. Depth costs heap, never the stack's end.
(define (map1 f l whole)
  (if (pair? l)
      (let ((v (f (car l))))
        (cons v (map1 f (cdr l) whole)))
      (begin (need-end 'map 1 l whole) '())))
(define (map2 f a b)
  (if (and (pair? a) (pair? b))
      (let ((v (f (car a) (car b))))
        (cons v (map2 f (cdr a) (cdr b))))
      '()))
(define (map-n f lists)
  (let ((args (cars lists)))
    (if args
        (let ((v (%apply f args)))
          (cons v (map-n f (cdrs lists))))
        '())))

(define map
  (case-lambda
    ((f l) (need-procedure 'map f) (map1 f l l))
    ((f a b) (need-procedure 'map f) (map2 f a b))
    ((f a . lists) (need-procedure 'map f) (map-n f (cons a lists)))))

;; The last call is not a tail call on purpose: `for-each` has one unspecified value.
(define for-each
  (case-lambda
    ((f l)
     (need-procedure 'for-each f)
     (let loop ((rest l))
       (if (pair? rest)
           (begin (f (car rest)) (loop (cdr rest)))
           (need-end 'for-each 1 rest l))))
    ((f a b)
     (need-procedure 'for-each f)
     (let loop ((a a) (b b))
       (if (and (pair? a) (pair? b))
           (begin (f (car a) (car b)) (loop (cdr a) (cdr b))))))
    ((f a . lists)
     (need-procedure 'for-each f)
     (let loop ((lists (cons a lists)))
       (let ((args (cars lists)))
         (if args
             (begin (%apply f args) (loop (cdrs lists)))))))))

(define append-map
  (case-lambda
    ((f l)
     (need-procedure 'append-map f)
     (let loop ((rest l))
       (if (pair? rest)
           (let ((part (f (car rest))))
             (append part (loop (cdr rest))))
           (begin (need-end 'append-map 1 rest l) '()))))
    ((f a . lists)
     (need-procedure 'append-map f)
     (let loop ((lists (cons a lists)))
       (let ((args (cars lists)))
         (if args
             (let ((part (%apply f args)))
               (append part (loop (cdrs lists))))
             '()))))))

(define filter-map
  (case-lambda
    ((f l)
     (need-procedure 'filter-map f)
     (let loop ((rest l))
       (if (pair? rest)
           (let ((v (f (car rest))))
             (if v (cons v (loop (cdr rest))) (loop (cdr rest))))
           (begin (need-end 'filter-map 1 rest l) '()))))
    ((f a . lists)
     (need-procedure 'filter-map f)
     (let loop ((lists (cons a lists)))
       (let ((args (cars lists)))
         (if args
             (let ((v (%apply f args)))
               (if v (cons v (loop (cdrs lists))) (loop (cdrs lists))))
             '()))))))

;;; member and assoc

(define member
  (case-lambda
    ((x l) (%member x l))
    ((x l same?)
     (if (not (procedure? same?)) (%non-procedure 'member 2 same?))
     (let loop ((rest l))
       (if (pair? rest)
           (if (same? x (car rest)) rest (loop (cdr rest)))
           (begin (need-end 'member 1 rest l) #f))))))

(define assoc
  (case-lambda
    ((x l) (%assoc x l))
    ((x l same?)
     (if (not (procedure? same?)) (%non-procedure 'assoc 2 same?))
     (let loop ((rest l))
       (if (pair? rest)
           (let ((entry (car rest)))
             (if (same? x (car entry)) entry (loop (cdr rest))))
           (begin (need-end 'assoc 1 rest l) #f))))))

;;; Folds

(define fold
  (case-lambda
    ((f seed l)
     (need-procedure 'fold f)
     (let loop ((acc seed) (rest l))
       (if (pair? rest)
           (loop (f (car rest) acc) (cdr rest))
           (begin (need-end 'fold 2 rest l) acc))))
    ((f seed a . lists)
     (need-procedure 'fold f)
     (let loop ((acc seed) (lists (cons a lists)))
       (let ((args (cars+ lists acc)))
         (if args (loop (%apply f args) (cdrs lists)) acc))))))

(define fold-right
  (case-lambda
    ((f seed l)
     (need-procedure 'fold-right f)
     (let loop ((rest l))
       (if (pair? rest)
           (f (car rest) (loop (cdr rest)))
           (begin (need-end 'fold-right 2 rest l) seed))))
    ((f seed a . lists)
     (need-procedure 'fold-right f)
     (let loop ((lists (cons a lists)))
       (let ((args (cars lists)))
         (if args
             (%apply f (append args (list (loop (cdrs lists)))))
             seed))))))

(define (reduce f identity l)
  (need-procedure 'reduce f)
  (if (pair? l)
      (fold f (car l) (cdr l))
      (begin (need-end 'reduce 2 l l) identity)))

;;; Filters and searches

(define (filter keep? l)
  (need-procedure 'filter keep?)
  (let loop ((rest l))
    (if (pair? rest)
        (let ((x (car rest)))
          (if (keep? x) (cons x (loop (cdr rest))) (loop (cdr rest))))
        (begin (need-end 'filter 1 rest l) '()))))

(define (remove drop? l)
  (need-procedure 'remove drop?)
  (let loop ((rest l))
    (if (pair? rest)
        (let ((x (car rest)))
          (if (drop? x) (loop (cdr rest)) (cons x (loop (cdr rest)))))
        (begin (need-end 'remove 1 rest l) '()))))

(define (partition in? l)
  (need-procedure 'partition in?)
  (let loop ((rest l) (in '()) (out '()))
    (if (pair? rest)
        (let ((x (car rest)))
          (if (in? x)
              (loop (cdr rest) (cons x in) out)
              (loop (cdr rest) in (cons x out))))
        (begin
          (need-end 'partition 1 rest l)
          (values (reverse in) (reverse out))))))

(define delete
  (case-lambda
    ((x l) (remove (lambda (y) (equal? x y)) l))
    ((x l same?) (remove (lambda (y) (same? x y)) l))))

(define (find-tail wanted? l)
  (need-procedure 'find-tail wanted?)
  (let loop ((rest l))
    (if (pair? rest)
        (if (wanted? (car rest)) rest (loop (cdr rest)))
        (begin (need-end 'find-tail 1 rest l) #f))))

(define (find wanted? l)
  (need-procedure 'find wanted?)
  (let loop ((rest l))
    (if (pair? rest)
        (let ((x (car rest)))
          (if (wanted? x) x (loop (cdr rest))))
        (begin (need-end 'find 1 rest l) #f))))

;; `any` and `every` call the predicate on the last elements in tail position (SRFI 1).
(define any
  (case-lambda
    ((f l)
     (need-procedure 'any f)
     (and (pair? l)
          (let loop ((x (car l)) (rest (cdr l)))
            (if (pair? rest)
                (or (f x) (loop (car rest) (cdr rest)))
                (f x)))))
    ((f a . lists)
     (need-procedure 'any f)
     (let ((lists (cons a lists)))
       (let ((first (cars lists)))
         (and first
              (let loop ((args first) (lists (cdrs lists)))
                (let ((next (cars lists)))
                  (if next
                      (or (%apply f args) (loop next (cdrs lists)))
                      (%apply f args))))))))))

(define every
  (case-lambda
    ((f l)
     (need-procedure 'every f)
     (or (not (pair? l))
         (let loop ((x (car l)) (rest (cdr l)))
           (if (pair? rest)
               (and (f x) (loop (car rest) (cdr rest)))
               (f x)))))
    ((f a . lists)
     (need-procedure 'every f)
     (let ((lists (cons a lists)))
       (let ((first (cars lists)))
         (or (not first)
             (let loop ((args first) (lists (cdrs lists)))
               (let ((next (cars lists)))
                 (if next
                     (and (%apply f args) (loop next (cdrs lists)))
                     (%apply f args))))))))))

(define list-index
  (case-lambda
    ((f l)
     (need-procedure 'list-index f)
     (let loop ((rest l) (i 0))
       (and (pair? rest)
            (if (f (car rest)) i (loop (cdr rest) (+ i 1))))))
    ((f a . lists)
     (need-procedure 'list-index f)
     (let loop ((lists (cons a lists)) (i 0))
       (let ((args (cars lists)))
         (and args
              (if (%apply f args) i (loop (cdrs lists) (+ i 1)))))))))
