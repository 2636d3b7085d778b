;;; Checks and optional ranges, shared by the rest.

(define-syntax need-vector
  (syntax-rules ()
    ((_ who position v)
     (if (not (vector? v)) (%wrong-type who position "a vector" v)))))
(define-syntax need-index
  (syntax-rules ()
    ((_ who position i)
     (if (not (exact-nonnegative-integer? i))
         (%wrong-type who position "an exact nonnegative integer" i)))))

(define (need-vectors who position vectors)
  (if (pair? vectors)
      (begin
        (need-vector who position (car vectors))
        (need-vectors who (+ position 1) (cdr vectors)))))

;; `start` and `end` are arguments `position` and the next one.
(define (need-range who position start end length)
  (need-index who position start)
  (need-index who (+ position 1) end)
  (if (> end length) (%bad-range who (+ position 1) end))
  (if (> start end) (%bad-range who position start)))

;; A procedure whose last arguments are a vector and perhaps a range of it; `n` is the number
;; of arguments before the vector.
(define-syntax define-with-range
  (syntax-rules ()
    ((_ n (name arg ... v start end) body1 body2 ...)
     (define name
       (case-lambda
         ((arg ... v)
          (need-vector 'name n v)
          (let ((start 0) (end (vector-length v))) body1 body2 ...))
         ((arg ... v start)
          (need-vector 'name n v)
          (name arg ... v start (vector-length v)))
         ((arg ... v start end)
          (need-vector 'name n v)
          (need-range 'name (+ n 1) start end (vector-length v))
          body1 body2 ...))))))

;; Length of the shortest vector.
(define (shortest vectors)
  (let loop ((n (vector-length (car vectors))) (l (cdr vectors)))
    (if (pair? l) (loop (min n (vector-length (car l))) (cdr l)) n)))

(define (refs vectors i)
  (map (lambda (v) (vector-ref v i)) vectors))
