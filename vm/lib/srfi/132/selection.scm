;;; Selection and medians.

;; The k-th least of v[start, end) after which v is partitioned around it (Hoare's FIND, with
;; the median of three as pivot): less in front, not less behind. A range that will not shrink
;; is sorted instead, so that no input costs more than a sort.
(define (select! less? v k start end)
  (define (swap! i j)
    (let ((x (vector-ref v i)))
      (vector-set! v i (vector-ref v j))
      (vector-set! v j x)))
  (define (median a b c)
    (if (less? a b)
        (if (less? b c) b (if (less? a c) c a))
        (if (less? a c) a (if (less? b c) c b))))
  (let narrow ((start start) (end end) (patience (* 2 (integer-length (- end start)))))
    (cond
      ((< (- end start) 2) (vector-ref v k))
      ((= patience 0)
       (merge-sort-vector! less? v start end)
       (vector-ref v k))
      (else
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
             ((< k lo) (narrow start lo (- patience 1)))
             ((< k hi) (vector-ref v k))
             (else (narrow hi end (- patience 1))))))))))

;; As `define-with-range`, of a number that is checked against the range.
(define-syntax define-with-rank
  (syntax-rules ()
    ((_ (name less? v k start end) in-range? body1 body2 ...)
     (define name
       (case-lambda
         ((less? v k)
          (need-vector 'name 1 v)
          (name less? v k 0 (vector-length v)))
         ((less? v k start)
          (need-vector 'name 1 v)
          (name less? v k start (vector-length v)))
         ((less? v k start end)
          (need-procedure 'name less?)
          (need-vector 'name 1 v)
          (need-range 'name 3 v start end)
          (if (not (and (exact-nonnegative-integer? k) in-range?)) (%bad-range 'name 2 k))
          body1 body2 ...))))))

(define-with-rank (vector-select! less? v k start end) (< k (- end start))
  (select! less? v (+ start k) start end))

(define-with-rank (vector-separate! less? v k start end) (<= k (- end start))
  (if (< 0 k (- end start))
      (select! less? v (+ start k) start end))
  (if #f #f))

(define (average a b) (/ (+ a b) 2))

(define-syntax define-median
  (syntax-rules ()
    ((_ (name less? v empty mean) body)
     (define name
       (case-lambda
         ((less? v empty) (name less? v empty average))
         ((less? v empty mean)
          (need-procedure 'name less?)
          (need-vector 'name 1 v)
          (if (not (procedure? mean)) (%non-procedure 'name 3 mean))
          body))))))

;; The element before the middle one is the greatest of those in front of it.
(define-median (vector-find-median less? v empty mean)
  (let* ((n (vector-length v)) (middle (quotient n 2)))
    (if (= n 0)
        empty
        (let* ((copy (vector-copy v)) (upper (select! less? copy middle 0 n)))
          (if (odd? n)
              upper
              (let loop ((i 1) (lower (vector-ref copy 0)))
                (if (< i middle)
                    (let ((x (vector-ref copy i)))
                      (loop (+ i 1) (if (less? lower x) x lower)))
                    (mean lower upper))))))))

(define-median (vector-find-median! less? v empty mean)
  (let* ((n (vector-length v)) (middle (quotient n 2)))
    (merge-sort-vector! less? v)
    (cond
      ((= n 0) empty)
      ((odd? n) (vector-ref v middle))
      (else (mean (vector-ref v (- middle 1)) (vector-ref v middle))))))
