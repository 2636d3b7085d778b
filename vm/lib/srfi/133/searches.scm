;;; Searches.

;; The first index from `first` by `step` before `end` at which `test` holds.
(define-syntax index-of
  (syntax-rules ()
    ((_ first end step i test)
     (let loop ((i first))
       (and (not (= i end))
            (if test i (loop (+ i step))))))))

(define-parallel 1 (vector-index f) n
  (v (index-of 0 n 1 i (f (vector-ref v i))))
  (a b (index-of 0 n 1 i (f (vector-ref a i) (vector-ref b i))))
  (vectors (index-of 0 n 1 i (%apply f (refs vectors i)))))

(define-parallel 1 (vector-skip f) n
  (v (index-of 0 n 1 i (not (f (vector-ref v i)))))
  (a b (index-of 0 n 1 i (not (f (vector-ref a i) (vector-ref b i)))))
  (vectors (index-of 0 n 1 i (not (%apply f (refs vectors i))))))

;; From the right the vectors must have one length.
(define (need-one-length who n vectors)
  (for-each (lambda (v)
              (if (not (= n (vector-length v)))
                  (assertion-violation who "the vectors differ in length:" v)))
            vectors))

(define-parallel 1 (vector-index-right f) n
  (v (index-of (- n 1) -1 -1 i (f (vector-ref v i))))
  (a b (begin
         (need-one-length 'vector-index-right n (list a b))
         (index-of (- n 1) -1 -1 i (f (vector-ref a i) (vector-ref b i)))))
  (vectors (begin
             (need-one-length 'vector-index-right n vectors)
             (index-of (- n 1) -1 -1 i (%apply f (refs vectors i))))))

(define-parallel 1 (vector-skip-right f) n
  (v (index-of (- n 1) -1 -1 i (not (f (vector-ref v i)))))
  (a b (begin
         (need-one-length 'vector-skip-right n (list a b))
         (index-of (- n 1) -1 -1 i (not (f (vector-ref a i) (vector-ref b i))))))
  (vectors (begin
             (need-one-length 'vector-skip-right n vectors)
             (index-of (- n 1) -1 -1 i (not (%apply f (refs vectors i)))))))

;; `compare` is called with an element and `value`.
(define (vector-binary-search v value compare)
  (need-vector 'vector-binary-search 0 v)
  (need-procedure 'vector-binary-search 2 compare)
  (let loop ((low 0) (high (vector-length v)))
    (and (< low high)
         (let* ((middle (quotient (+ low high) 2))
                (order (compare (vector-ref v middle) value)))
           (cond ((eqv? order 0) middle)
                 ((> order 0) (loop low middle))
                 ((< order 0) (loop (+ middle 1) high))
                 (else middle))))))

;; The last call is a tail call, as it is for `any` and `every` of lists.
(define-syntax any-of
  (syntax-rules ()
    ((_ n i test)
     (and (> n 0)
          (let ((last (- n 1)))
            (let loop ((i 0))
              (if (= i last) test (or test (loop (+ i 1))))))))))
(define-syntax every-of
  (syntax-rules ()
    ((_ n i test)
     (or (= n 0)
         (let ((last (- n 1)))
           (let loop ((i 0))
             (if (= i last) test (and test (loop (+ i 1))))))))))

(define-parallel 1 (vector-any f) n
  (v (any-of n i (f (vector-ref v i))))
  (a b (any-of n i (f (vector-ref a i) (vector-ref b i))))
  (vectors (any-of n i (%apply f (refs vectors i)))))

(define-parallel 1 (vector-every f) n
  (v (every-of n i (f (vector-ref v i))))
  (a b (every-of n i (f (vector-ref a i) (vector-ref b i))))
  (vectors (every-of n i (%apply f (refs vectors i)))))

;; Those that do not satisfy the predicate are filled in from the end, then turned round.
(define (vector-partition in? v)
  (need-procedure 'vector-partition 0 in?)
  (need-vector 'vector-partition 1 v)
  (let* ((n (vector-length v)) (new (make-vector n)))
    (let loop ((i 0) (in 0) (out n))
      (if (< i n)
          (let ((x (vector-ref v i)))
            (if (in? x)
                (begin (vector-set! new in x) (loop (+ i 1) (+ in 1) out))
                (begin (vector-set! new (- out 1) x) (loop (+ i 1) in (- out 1)))))
          (begin
            (reverse-range! new in n)
            (values new in))))))
