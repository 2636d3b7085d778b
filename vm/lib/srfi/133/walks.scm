;;; Predicates over whole vectors, folds and counts.

(define (vector-empty? v)
  (need-vector 'vector-empty? 0 v)
  (eqv? 0 (vector-length v)))

(define (vector= same? . vectors)
  (need-procedure 'vector= 0 same?)
  (need-vectors 'vector= 1 vectors)
  (or (null? vectors)
      (let loop ((a (car vectors)) (more (cdr vectors)))
        (or (null? more)
            (let ((b (car more)) (n (vector-length a)))
              (and (= n (vector-length b))
                   (let compare ((i 0))
                     (or (= i n)
                         (and (same? (vector-ref a i) (vector-ref b i))
                              (compare (+ i 1)))))
                   (loop b (cdr more))))))))

;; A procedure of a procedure, some arguments and one vector or more. The first body is for one
;; vector, the second for two, the third for a list of any number; `n` is the number of
;; elements in parallel, and `f` has been checked.
(define-syntax define-parallel
  (syntax-rules ()
    ((_ position (name f arg ...) n (v one) (a b two) (vectors many))
     (define name
       (case-lambda
         ((f arg ... v)
          (need-procedure 'name 0 f)
          (need-vector 'name position v)
          (let ((n (vector-length v))) one))
         ((f arg ... a b)
          (need-procedure 'name 0 f)
          (need-vector 'name position a)
          (need-vector 'name (+ position 1) b)
          (let ((n (min (vector-length a) (vector-length b)))) two))
         ((f arg ... a . more)
          (let ((vectors (cons a more)))
            (need-procedure 'name 0 f)
            (need-vectors 'name position vectors)
            (let ((n (shortest vectors))) many))))))))

;; Folds give the state first.
(define-syntax fold-up
  (syntax-rules ()
    ((_ seed n (state i) next)
     (let loop ((i 0) (state seed))
       (if (< i n) (loop (+ i 1) next) state)))))
(define-syntax fold-down
  (syntax-rules ()
    ((_ seed n (state i) next)
     (let loop ((i (- n 1)) (state seed))
       (if (>= i 0) (loop (- i 1) next) state)))))

(define-parallel 2 (vector-fold f seed) n
  (v (fold-up seed n (state i) (f state (vector-ref v i))))
  (a b (fold-up seed n (state i) (f state (vector-ref a i) (vector-ref b i))))
  (vectors (fold-up seed n (state i) (%apply f state (refs vectors i)))))

(define-parallel 2 (vector-fold-right f seed) n
  (v (fold-down seed n (state i) (f state (vector-ref v i))))
  (a b (fold-down seed n (state i) (f state (vector-ref a i) (vector-ref b i))))
  (vectors (fold-down seed n (state i) (%apply f state (refs vectors i)))))

(define-parallel 1 (vector-count f) n
  (v (fold-up 0 n (count i) (if (f (vector-ref v i)) (+ count 1) count)))
  (a b (fold-up 0 n (count i) (if (f (vector-ref a i) (vector-ref b i)) (+ count 1) count)))
  (vectors (fold-up 0 n (count i) (if (%apply f (refs vectors i)) (+ count 1) count))))

(define (vector-cumulate f seed v)
  (need-procedure 'vector-cumulate 0 f)
  (need-vector 'vector-cumulate 2 v)
  (let* ((n (vector-length v)) (new (make-vector n)))
    (let loop ((i 0) (state seed))
      (if (< i n)
          (let ((state (f state (vector-ref v i))))
            (vector-set! new i state)
            (loop (+ i 1) state))
          new))))
