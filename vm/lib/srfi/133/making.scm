;;; Making vectors, taking them apart, and changing them in place.

;;; Unfolding. `f` gets an index and the seeds, and returns the element and the next seeds.

;; Fills v[i] and so on by `step` until `end`, from seeds of any number.
(define-syntax unfold-into
  (syntax-rules ()
    ((_ f v first end step seeds)
     (cond
       ((null? seeds)
        (let loop ((i first))
          (if (not (= i end))
              (begin (vector-set! v i (f i)) (loop (+ i step))))))
       ((null? (cdr seeds))
        (let loop ((i first) (seed (car seeds)))
          (if (not (= i end))
              (call-with-values (lambda () (f i seed))
                (lambda (x seed)
                  (vector-set! v i x)
                  (loop (+ i step) seed))))))
       (else
        (let loop ((i first) (seeds seeds))
          (if (not (= i end))
              (call-with-values (lambda () (%apply f i seeds))
                (lambda (x . seeds)
                  (vector-set! v i x)
                  (loop (+ i step) seeds))))))))))

(define (vector-unfold f n . seeds)
  (need-procedure 'vector-unfold 0 f)
  (need-index 'vector-unfold 1 n)
  (let ((v (make-vector n)))
    (unfold-into f v 0 n 1 seeds)
    v))
(define (vector-unfold-right f n . seeds)
  (need-procedure 'vector-unfold-right 0 f)
  (need-index 'vector-unfold-right 1 n)
  (let ((v (make-vector n)))
    (unfold-into f v (- n 1) -1 -1 seeds)
    v))
(define (vector-unfold! f v start end . seeds)
  (need-procedure 'vector-unfold! 0 f)
  (need-vector 'vector-unfold! 1 v)
  (need-range 'vector-unfold! 2 start end (vector-length v))
  (unfold-into f v start end 1 seeds))
(define (vector-unfold-right! f v start end . seeds)
  (need-procedure 'vector-unfold-right! 0 f)
  (need-vector 'vector-unfold-right! 1 v)
  (need-range 'vector-unfold-right! 2 start end (vector-length v))
  (unfold-into f v (- end 1) (- start 1) -1 seeds))

;;; Copies

;; to[at], to[at+1], ... become from[end-1], from[end-2], ..., from[start].
(define (copy-reversed! to at from start end)
  (let loop ((i (- end 1)) (at at))
    (if (>= i start)
        (begin
          (vector-set! to at (vector-ref from i))
          (loop (- i 1) (+ at 1))))))

(define-with-range 0 (vector-reverse-copy v start end)
  (let ((new (make-vector (- end start))))
    (copy-reversed! new 0 v start end)
    new))

(define vector-reverse-copy!
  (case-lambda
    ((to at from)
     (need-vector 'vector-reverse-copy! 2 from)
     (vector-reverse-copy! to at from 0 (vector-length from)))
    ((to at from start)
     (need-vector 'vector-reverse-copy! 2 from)
     (vector-reverse-copy! to at from start (vector-length from)))
    ((to at from start end)
     (need-vector 'vector-reverse-copy! 0 to)
     (need-index 'vector-reverse-copy! 1 at)
     (need-vector 'vector-reverse-copy! 2 from)
     (need-range 'vector-reverse-copy! 3 start end (vector-length from))
     (if (> (+ at (- end start)) (vector-length to)) (%bad-range 'vector-reverse-copy! 1 at))
     (if (and (eq? to from) (< at end) (< start (+ at (- end start))))
         ;; Source and target overlap: moved first, then reversed where it is.
         (begin
           (vector-copy! to at from start end)
           (reverse-range! to at (+ at (- end start))))
         (copy-reversed! to at from start end)))))

(define (vector-concatenate vectors)
  (if (not (list? vectors)) (%wrong-type 'vector-concatenate 0 "a list of vectors" vectors))
  (%apply vector-append vectors))

(define (vector-append-subvectors . parts)
  (let loop ((l parts) (position 0) (n 0))
    (if (pair? l)
        (begin
          (need-vector 'vector-append-subvectors position (car l))
          (if (not (and (pair? (cdr l)) (pair? (cddr l))))
              (assertion-violation 'vector-append-subvectors
                                   "a vector without its start and end:" (car l)))
          (need-range 'vector-append-subvectors (+ position 1)
                      (cadr l) (caddr l) (vector-length (car l)))
          (loop (cdddr l) (+ position 3) (+ n (- (caddr l) (cadr l)))))
        (let ((new (make-vector n)))
          (let loop ((l parts) (at 0))
            (if (pair? l)
                (begin
                  (vector-copy! new at (car l) (cadr l) (caddr l))
                  (loop (cdddr l) (+ at (- (caddr l) (cadr l)))))
                new))))))

;;; Changes

(define (vector-swap! v i j)
  (need-vector 'vector-swap! 0 v)
  (need-index 'vector-swap! 1 i)
  (need-index 'vector-swap! 2 j)
  (if (>= i (vector-length v)) (%bad-range 'vector-swap! 1 i))
  (if (>= j (vector-length v)) (%bad-range 'vector-swap! 2 j))
  (let ((x (vector-ref v i)))
    (vector-set! v i (vector-ref v j))
    (vector-set! v j x)))

(define (reverse-range! v start end)
  (let loop ((i start) (j (- end 1)))
    (if (< i j)
        (let ((x (vector-ref v i)))
          (vector-set! v i (vector-ref v j))
          (vector-set! v j x)
          (loop (+ i 1) (- j 1))))))

(define-with-range 0 (vector-reverse! v start end)
  (reverse-range! v start end))

;;; Conversion

(define-with-range 0 (reverse-vector->list v start end)
  (let loop ((i start) (l '()))
    (if (< i end) (loop (+ i 1) (cons (vector-ref v i) l)) l)))

(define (reverse-list->vector l)
  (if (not (list? l)) (%wrong-type 'reverse-list->vector 0 "a list" l))
  (let* ((n (length l)) (v (make-vector n)))
    (let loop ((i (- n 1)) (l l))
      (if (pair? l)
          (begin (vector-set! v i (car l)) (loop (- i 1) (cdr l)))
          v))))

