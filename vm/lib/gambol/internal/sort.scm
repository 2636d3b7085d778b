;;; Stable merge sort. `(less? b a)` is asked, b behind a in the input, so that equal elements
;;; keep their order. A list's own pairs are never changed; lists are merged into new ones.
;;; A continuation captured in `less?` must not be re-entered once the sort has gone on: merging
;;; is destructive inside, because it halves the allocation.

;; Sorts the first `n` elements of `l`.
(define (sort-prefix less? l n)
  (cond
    ((= n 1) (list (car l)))
    ((= n 2)
     (let ((a (car l)) (b (cadr l)))
       (if (less? b a) (list b a) (list a b))))
    (else
     (let ((half (quotient n 2)))
       (merge-lists less?
                    (sort-prefix less? l half)
                    (sort-prefix less? (list-tail l half) (- n half)))))))

(define (merge-lists less? a b)
  (let loop ((a a) (b b) (acc '()))
    (cond
      ((null? a) (append-reverse! acc b))
      ((null? b) (append-reverse! acc a))
      ((less? (car b) (car a)) (loop a (cdr b) (cons (car b) acc)))
      (else (loop (cdr a) b (cons (car a) acc))))))

(define (merge-sort-list less? l)
  (let ((n (length l)))
    (if (= n 0) '() (sort-prefix less? l n))))

;; Sorts v[start, end) with insertion below this size.
(define insertion-limit 8)

(define (insertion-sort! less? v start end)
  (let next ((i (+ start 1)))
    (if (< i end)
        (let ((x (vector-ref v i)))
          (let shift ((j i))
            (if (and (> j start) (less? x (vector-ref v (- j 1))))
                (begin
                  (vector-set! v j (vector-ref v (- j 1)))
                  (shift (- j 1)))
                (vector-set! v j x)))
          (next (+ i 1))))))

;; Sorts v[start, end); `buffer` is as long as `v` and may be overwritten.
(define (sort-range! less? v buffer start end)
  (if (<= (- end start) insertion-limit)
      (insertion-sort! less? v start end)
      (let ((middle (quotient (+ start end) 2)))
        (sort-range! less? v buffer start middle)
        (sort-range! less? v buffer middle end)
        ;; Halves that are in order already, as in sorted input, need no merge.
        (if (less? (vector-ref v middle) (vector-ref v (- middle 1)))
            (merge-range! less? v buffer start middle end)))))

(define (merge-range! less? v buffer start middle end)
  (vector-copy! buffer start v start middle)
  (let loop ((i start) (j middle) (k start))
    (cond
      ((= i middle))
      ((= j end) (vector-copy! v k buffer i middle))
      ((less? (vector-ref v j) (vector-ref buffer i))
       (vector-set! v k (vector-ref v j))
       (loop i (+ j 1) (+ k 1)))
      (else
       (vector-set! v k (vector-ref buffer i))
       (loop (+ i 1) j (+ k 1))))))

(define merge-sort-vector!
  (case-lambda
    ((less? v) (merge-sort-vector! less? v 0 (vector-length v)))
    ((less? v start) (merge-sort-vector! less? v start (vector-length v)))
    ((less? v start end)
     (if (> start end) (%bad-range 'sort! 2 start))
     (if (> end (vector-length v)) (%bad-range 'sort! 3 end))
     (sort-range! less? v (make-vector (vector-length v) #f) start end))))

(define merge-sort-vector
  (case-lambda
    ((less? v) (merge-sort-vector less? v 0 (vector-length v)))
    ((less? v start) (merge-sort-vector less? v start (vector-length v)))
    ((less? v start end)
     (let ((copy (vector-copy v start end)))
       (merge-sort-vector! less? copy)
       copy))))
