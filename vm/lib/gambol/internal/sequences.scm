;;; Results are gathered in a list and copied at the end: a continuation captured in the user's
;;; procedure may return again, and must not change a result that was already delivered.

;; Lengths, or an error in the name of the procedure that asks.
(define (vector-size who position v)
  (if (vector? v) (vector-length v) (%wrong-type who position "a vector" v)))
(define (string-size who position s)
  (if (string? s) (string-length s) (%wrong-type who position "a string" s)))
(define (sizes who size l)
  (let loop ((l l) (position 1))
    (if (null? l)
        '()
        (cons (size who position (car l)) (loop (cdr l) (+ position 1))))))
(define (vector-sizes who vectors) (sizes who vector-size vectors))
(define (string-sizes who strings) (sizes who string-size strings))

(define (min-length lengths)
  (fold min (car lengths) (cdr lengths)))

;; Lists the results of `(step i)` for i from `end` - 1 down to 0, called in ascending order.
(define-syntax gather-reversed
  (syntax-rules ()
    ((_ (i end) step)
     (let ((n end))
       (let loop ((i 0) (acc '()))
         (if (< i n)
             (let ((v step)) (loop (+ i 1) (cons v acc)))
             acc))))))

(define-syntax for-each-index
  (syntax-rules ()
    ((_ (i end) step)
     (let ((n end))
       (let loop ((i 0))
         (if (< i n)
             (begin step (loop (+ i 1)))))))))

;; A vector from its elements in reverse.
(define (reversed->vector reversed n)
  (let ((v (make-vector n)))
    (let loop ((i (- n 1)) (l reversed))
      (if (pair? l)
          (begin (vector-set! v i (car l)) (loop (- i 1) (cdr l)))
          v))))

(define (vector-refs vectors i)
  (map (lambda (v) (vector-ref v i)) vectors))
(define (string-refs strings i)
  (map (lambda (s) (string-ref s i)) strings))

(define vector-map
  (case-lambda
    ((f v)
     (need-procedure 'vector-map f)
     (let ((n (vector-size 'vector-map 1 v)))
       (reversed->vector (gather-reversed (i n) (f (vector-ref v i))) n)))
    ((f a b)
     (need-procedure 'vector-map f)
     (let ((n (min (vector-size 'vector-map 1 a) (vector-size 'vector-map 2 b))))
       (reversed->vector
        (gather-reversed (i n) (f (vector-ref a i) (vector-ref b i))) n)))
    ((f a . more)
     (need-procedure 'vector-map f)
     (let* ((vectors (cons a more)) (n (min-length (vector-sizes 'vector-map vectors))))
       (reversed->vector
        (gather-reversed (i n) (%apply f (vector-refs vectors i))) n)))))

;; Ends with the shortest vector, as `vector-map` does.
(define vector-map!
  (case-lambda
    ((f v)
     (need-procedure 'vector-map! f)
     (for-each-index (i (vector-size 'vector-map! 1 v)) (vector-set! v i (f (vector-ref v i)))))
    ((f a b)
     (need-procedure 'vector-map! f)
     (for-each-index (i (min (vector-size 'vector-map! 1 a) (vector-size 'vector-map! 2 b)))
       (vector-set! a i (f (vector-ref a i) (vector-ref b i)))))
    ((f a . more)
     (need-procedure 'vector-map! f)
     (let ((vectors (cons a more)))
       (for-each-index (i (min-length (vector-sizes 'vector-map! vectors)))
         (vector-set! a i (%apply f (vector-refs vectors i))))))))

(define vector-for-each
  (case-lambda
    ((f v)
     (need-procedure 'vector-for-each f)
     (for-each-index (i (vector-size 'vector-for-each 1 v)) (f (vector-ref v i))))
    ((f a b)
     (need-procedure 'vector-for-each f)
     (for-each-index (i (min (vector-size 'vector-for-each 1 a) (vector-size 'vector-for-each 2 b)))
       (f (vector-ref a i) (vector-ref b i))))
    ((f a . more)
     (need-procedure 'vector-for-each f)
     (let ((vectors (cons a more)))
       (for-each-index (i (min-length (vector-sizes 'vector-for-each vectors)))
         (%apply f (vector-refs vectors i)))))))

(define string-map
  (case-lambda
    ((f s)
     (need-procedure 'string-map f)
     (list->string
      (reverse (gather-reversed (i (string-size 'string-map 1 s)) (f (string-ref s i))))))
    ((f a b)
     (need-procedure 'string-map f)
     (list->string
      (reverse (gather-reversed (i (min (string-size 'string-map 1 a) (string-size 'string-map 2 b)))
                 (f (string-ref a i) (string-ref b i))))))
    ((f a . more)
     (need-procedure 'string-map f)
     (let ((strings (cons a more)))
       (list->string
        (reverse (gather-reversed (i (min-length (string-sizes 'string-map strings)))
                   (%apply f (string-refs strings i)))))))))

(define string-for-each
  (case-lambda
    ((f s)
     (need-procedure 'string-for-each f)
     (for-each-index (i (string-size 'string-for-each 1 s)) (f (string-ref s i))))
    ((f a b)
     (need-procedure 'string-for-each f)
     (for-each-index (i (min (string-size 'string-for-each 1 a) (string-size 'string-for-each 2 b)))
       (f (string-ref a i) (string-ref b i))))
    ((f a . more)
     (need-procedure 'string-for-each f)
     (let ((strings (cons a more)))
       (for-each-index (i (min-length (string-sizes 'string-for-each strings)))
         (%apply f (string-refs strings i)))))))

(define string-count
  (case-lambda
    ((s wanted?) (string-count s wanted? 0 (string-length s)))
    ((s wanted? start) (string-count s wanted? start (string-length s)))
    ((s wanted? start end)
     (let ((is? (if (char? wanted?) (lambda (c) (char=? c wanted?)) wanted?)))
       (let loop ((i start) (n 0))
         (if (< i end)
             (loop (+ i 1) (if (is? (string-ref s i)) (+ n 1) n))
             n))))))
