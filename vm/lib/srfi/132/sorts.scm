;;; What SRFI 132 asks for beyond the merge sort itself: sorting, merging, neighbours.

(define-syntax need-list
  (syntax-rules ()
    ((_ who position l)
     (if (not (list? l)) (%wrong-type who position "a list" l)))))
(define-syntax need-vector
  (syntax-rules ()
    ((_ who position v)
     (if (not (vector? v)) (%wrong-type who position "a vector" v)))))

;; `start` and `end` are arguments `position` and the next one.
(define (need-range who position v start end)
  (if (not (exact-nonnegative-integer? start))
      (%wrong-type who position "an exact nonnegative integer" start))
  (if (not (exact-nonnegative-integer? end))
      (%wrong-type who (+ position 1) "an exact nonnegative integer" end))
  (if (> end (vector-length v)) (%bad-range who (+ position 1) end))
  (if (> start end) (%bad-range who position start)))

;; Defines a procedure of a procedure, a vector and perhaps a range of it.
(define-syntax define-with-range
  (syntax-rules ()
    ((_ (name f v start end) body1 body2 ...)
     (define name
       (case-lambda
         ((f v)
          (need-vector 'name 1 v)
          (name f v 0 (vector-length v)))
         ((f v start)
          (need-vector 'name 1 v)
          (name f v start (vector-length v)))
         ((f v start end)
          (need-procedure 'name f)
          (need-vector 'name 1 v)
          (need-range 'name 2 v start end)
          body1 body2 ...))))))

;;; Sorted?

(define (list-sorted? less? l)
  (need-procedure 'list-sorted? less?)
  (need-list 'list-sorted? 1 l)
  (or (null? l)
      (let loop ((a (car l)) (l (cdr l)))
        (or (null? l)
            (and (not (less? (car l) a))
                 (loop (car l) (cdr l)))))))

(define-with-range (vector-sorted? less? v start end)
  (let loop ((i (+ start 1)))
    (or (>= i end)
        (and (not (less? (vector-ref v i) (vector-ref v (- i 1))))
             (loop (+ i 1))))))

;;; Sorting

(define-syntax define-list-sort
  (syntax-rules ()
    ((_ name)
     (define (name less? l)
       (need-procedure 'name less?)
       (need-list 'name 1 l)
       (merge-sort-list less? l)))))
(define-list-sort list-sort)
(define-list-sort list-stable-sort)
(define-list-sort list-sort!)
(define-list-sort list-stable-sort!)

(define-with-range (vector-sort less? v start end) (merge-sort-vector less? v start end))
(define-with-range (vector-stable-sort less? v start end) (merge-sort-vector less? v start end))
(define-with-range (vector-sort! less? v start end) (merge-sort-vector! less? v start end))
(define-with-range (vector-stable-sort! less? v start end) (merge-sort-vector! less? v start end))

;;; Merging

(define (list-merge less? a b)
  (need-procedure 'list-merge less?)
  (let loop ((a a) (b b))
    (cond
      ((null? a) b)
      ((null? b) a)
      ((less? (car b) (car a)) (cons (car b) (loop a (cdr b))))
      (else (cons (car a) (loop (cdr a) b))))))

;; In one pass over the pairs of `a` and `b`, which become those of the result; only links
;; between the two lists are set.
(define (list-merge! less? a b)
  (need-procedure 'list-merge! less?)
  (cond
    ((null? a) b)
    ((null? b) a)
    ((less? (car b) (car a)) (link-from-b! less? b a) b)
    (else (link-from-a! less? a b) a)))
;; `last` is the last pair of the result so far and comes from `a`; `b` is not empty.
(define (link-from-a! less? last b)
  (let ((a (cdr last)))
    (cond
      ((null? a) (set-cdr! last b))
      ((less? (car b) (car a)) (set-cdr! last b) (link-from-b! less? b a))
      (else (link-from-a! less? a b)))))
(define (link-from-b! less? last a)
  (let ((b (cdr last)))
    (cond
      ((null? b) (set-cdr! last a))
      ((less? (car b) (car a)) (link-from-b! less? b a))
      (else (set-cdr! last a) (link-from-a! less? a b)))))

(define vector-merge!
  (case-lambda
    ((less? to a b) (vector-merge! less? to a b 0))
    ((less? to a b start) (vector-merge! less? to a b start 0))
    ((less? to a b start start-a)
     (need-vector 'vector-merge! 2 a)
     (vector-merge! less? to a b start start-a (vector-length a)))
    ((less? to a b start start-a end-a)
     (vector-merge! less? to a b start start-a end-a 0))
    ((less? to a b start start-a end-a start-b)
     (need-vector 'vector-merge! 3 b)
     (vector-merge! less? to a b start start-a end-a start-b (vector-length b)))
    ((less? to a b start start-a end-a start-b end-b)
     (need-procedure 'vector-merge! less?)
     (need-vector 'vector-merge! 1 to)
     (need-vector 'vector-merge! 2 a)
     (need-vector 'vector-merge! 3 b)
     (need-range 'vector-merge! 4 to start (vector-length to))
     (need-range 'vector-merge! 5 a start-a end-a)
     (need-range 'vector-merge! 7 b start-b end-b)
     (if (> (+ start (- end-a start-a) (- end-b start-b)) (vector-length to))
         (%bad-range 'vector-merge! 4 start))
     (merge-vectors! less? to a b start start-a end-a start-b end-b))))

(define (merge-vectors! less? to a b start start-a end-a start-b end-b)
  (let loop ((i start-a) (j start-b) (k start))
    (cond
      ((>= i end-a) (vector-copy! to k b j end-b))
      ((>= j end-b) (vector-copy! to k a i end-a))
      ((less? (vector-ref b j) (vector-ref a i))
       (vector-set! to k (vector-ref b j))
       (loop i (+ j 1) (+ k 1)))
      (else
       (vector-set! to k (vector-ref a i))
       (loop (+ i 1) j (+ k 1))))))

(define vector-merge
  (case-lambda
    ((less? a b) (vector-merge less? a b 0))
    ((less? a b start-a)
     (need-vector 'vector-merge 1 a)
     (vector-merge less? a b start-a (vector-length a)))
    ((less? a b start-a end-a) (vector-merge less? a b start-a end-a 0))
    ((less? a b start-a end-a start-b)
     (need-vector 'vector-merge 2 b)
     (vector-merge less? a b start-a end-a start-b (vector-length b)))
    ((less? a b start-a end-a start-b end-b)
     (need-procedure 'vector-merge less?)
     (need-vector 'vector-merge 1 a)
     (need-vector 'vector-merge 2 b)
     (need-range 'vector-merge 3 a start-a end-a)
     (need-range 'vector-merge 5 b start-b end-b)
     (let ((to (make-vector (+ (- end-a start-a) (- end-b start-b)))))
       (merge-vectors! less? to a b 0 start-a end-a start-b end-b)
       to))))

;;; Neighbours: the first of equal ones stays.

(define (list-delete-neighbor-dups same? l)
  (need-procedure 'list-delete-neighbor-dups same?)
  (need-list 'list-delete-neighbor-dups 1 l)
  (if (null? l)
      '()
      (let loop ((x (car l)) (l (cdr l)))
        (cond
          ((null? l) (list x))
          ((same? x (car l)) (loop x (cdr l)))
          (else (cons x (loop (car l) (cdr l))))))))

;; The result has pairs of `l` only.
(define (list-delete-neighbor-dups! same? l)
  (need-procedure 'list-delete-neighbor-dups! same?)
  (need-list 'list-delete-neighbor-dups! 1 l)
  (if (pair? l)
      (let loop ((kept l) (rest (cdr l)))
        (cond
          ((null? rest) (set-cdr! kept '()))
          ((same? (car kept) (car rest)) (loop kept (cdr rest)))
          (else
           (if (not (eq? rest (cdr kept))) (set-cdr! kept rest))
           (loop rest (cdr rest))))))
  l)

;; Moves what stays to the front of the range; the value is its end.
(define-with-range (vector-delete-neighbor-dups! same? v start end)
  (if (>= start end)
      end
      (let loop ((from (+ start 1)) (kept start))
        (cond
          ((= from end) (+ kept 1))
          ((same? (vector-ref v kept) (vector-ref v from)) (loop (+ from 1) kept))
          (else
           (vector-set! v (+ kept 1) (vector-ref v from))
           (loop (+ from 1) (+ kept 1)))))))

(define-with-range (vector-delete-neighbor-dups same? v start end)
  (let ((copy (vector-copy v start end)))
    (vector-copy copy 0 (vector-delete-neighbor-dups! same? copy))))
