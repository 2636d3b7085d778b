;;; What SRFI 132 asks for beyond the merge sort itself.

(define (list-sorted? less? l)
  (or (null? l)
      (let loop ((a (car l)) (l (cdr l)))
        (or (null? l)
            (and (not (less? (car l) a))
                 (loop (car l) (cdr l)))))))

;; Binds `start` and `end` to the given range of `v`, or to all of it.
(define-syntax define-with-range
  (syntax-rules ()
    ((_ (name arg ... v start end) body1 body2 ...)
     (define name
       (case-lambda
         ((arg ... v) (name arg ... v 0 (vector-length v)))
         ((arg ... v start) (name arg ... v start (vector-length v)))
         ((arg ... v start end) body1 body2 ...))))))

(define-with-range (vector-sorted? less? v start end)
  (let loop ((i (+ start 1)))
    (or (>= i end)
        (and (not (less? (vector-ref v i) (vector-ref v (- i 1))))
             (loop (+ i 1))))))

(define list-sort merge-sort-list)
(define list-stable-sort merge-sort-list)
(define list-sort! merge-sort-list)
(define list-stable-sort! merge-sort-list)
(define vector-sort merge-sort-vector)
(define vector-stable-sort merge-sort-vector)
(define vector-sort! merge-sort-vector!)
(define vector-stable-sort! merge-sort-vector!)

(define (list-merge less? a b)
  (let loop ((a a) (b b))
    (cond
      ((null? a) b)
      ((null? b) a)
      ((less? (car b) (car a)) (cons (car b) (loop a (cdr b))))
      (else (cons (car a) (loop (cdr a) b))))))
(define list-merge! list-merge)

(define vector-merge!
  (case-lambda
    ((less? to a b) (vector-merge! less? to a b 0))
    ((less? to a b start) (vector-merge! less? to a b start 0))
    ((less? to a b start start-a)
     (vector-merge! less? to a b start start-a (vector-length a)))
    ((less? to a b start start-a end-a)
     (vector-merge! less? to a b start start-a end-a 0))
    ((less? to a b start start-a end-a start-b)
     (vector-merge! less? to a b start start-a end-a start-b (vector-length b)))
    ((less? to a b start start-a end-a start-b end-b)
     (let loop ((i start-a) (j start-b) (k start))
       (cond
         ((>= i end-a) (vector-copy! to k b j end-b))
         ((>= j end-b) (vector-copy! to k a i end-a))
         ((less? (vector-ref b j) (vector-ref a i))
          (vector-set! to k (vector-ref b j))
          (loop i (+ j 1) (+ k 1)))
         (else
          (vector-set! to k (vector-ref a i))
          (loop (+ i 1) j (+ k 1))))))))

(define vector-merge
  (case-lambda
    ((less? a b) (vector-merge less? a b 0))
    ((less? a b start-a) (vector-merge less? a b start-a (vector-length a)))
    ((less? a b start-a end-a) (vector-merge less? a b start-a end-a 0))
    ((less? a b start-a end-a start-b)
     (vector-merge less? a b start-a end-a start-b (vector-length b)))
    ((less? a b start-a end-a start-b end-b)
     (let ((to (make-vector (+ (- end-a start-a) (- end-b start-b)))))
       (vector-merge! less? to a b 0 start-a end-a start-b end-b)
       to))))

(define (list-delete-neighbor-dups same? l)
  (if (null? l)
      '()
      (let loop ((x (car l)) (l (cdr l)))
        (cond
          ((null? l) (list x))
          ((same? x (car l)) (loop x (cdr l)))
          (else (cons x (loop (car l) (cdr l))))))))
(define list-delete-neighbor-dups! list-delete-neighbor-dups)

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

;; The k-th least of v[start, end) after which v is partitioned around it (Hoare's FIND, with
;; the median of three as pivot): less in front, not less behind.
(define (select! less? v k start end)
  (define (swap! i j)
    (let ((x (vector-ref v i)))
      (vector-set! v i (vector-ref v j))
      (vector-set! v j x)))
  (define (median a b c)
    (if (less? a b)
        (if (less? b c) b (if (less? a c) c a))
        (if (less? a c) a (if (less? b c) c b))))
  (let narrow ((start start) (end end))
    (if (< (- end start) 2)
        (vector-ref v k)
        (let ((pivot (median (vector-ref v start)
                             (vector-ref v (quotient (+ start end) 2))
                             (vector-ref v (- end 1)))))
          ;; Three ways: v[start, lo) < pivot, v[lo, i) neither, v[hi, end) > pivot.
          (let loop ((lo start) (i start) (hi end))
            (cond
              ((< i hi)
               (let ((x (vector-ref v i)))
                 (cond
                   ((less? x pivot) (swap! lo i) (loop (+ lo 1) (+ i 1) hi))
                   ((less? pivot x) (swap! i (- hi 1)) (loop lo i (- hi 1)))
                   (else (loop lo (+ i 1) hi)))))
              ((< k lo) (narrow start lo))
              ((< k hi) (vector-ref v k))
              (else (narrow hi end))))))))

(define vector-select!
  (case-lambda
    ((less? v k) (vector-select! less? v k 0 (vector-length v)))
    ((less? v k start) (vector-select! less? v k start (vector-length v)))
    ((less? v k start end)
     (if (not (and (exact-integer? k) (<= 0 k) (< k (- end start))))
         (%bad-range 'vector-select! 2 k))
     (select! less? v (+ start k) start end))))

(define vector-separate!
  (case-lambda
    ((less? v k) (vector-separate! less? v k 0 (vector-length v)))
    ((less? v k start) (vector-separate! less? v k start (vector-length v)))
    ((less? v k start end)
     (if (not (and (exact-integer? k) (<= 0 k (- end start))))
         (%bad-range 'vector-separate! 2 k))
     (if (< 0 k (- end start))
         (select! less? v (+ start k) start end))
     (if #f #f))))

;; The middle element of the sorted `v`, or `mean` of the middle two.
(define (median-of-sorted v empty mean)
  (let* ((n (vector-length v)) (middle (quotient n 2)))
    (cond
      ((= n 0) empty)
      ((odd? n) (vector-ref v middle))
      (else (mean (vector-ref v (- middle 1)) (vector-ref v middle))))))

(define (average a b) (/ (+ a b) 2))

(define vector-find-median
  (case-lambda
    ((less? v empty) (vector-find-median less? v empty average))
    ((less? v empty mean) (median-of-sorted (merge-sort-vector less? v) empty mean))))

(define vector-find-median!
  (case-lambda
    ((less? v empty) (vector-find-median! less? v empty average))
    ((less? v empty mean)
     (merge-sort-vector! less? v)
     (median-of-sorted v empty mean))))
