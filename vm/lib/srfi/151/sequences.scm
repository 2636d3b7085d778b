;;; Bits as lists, vectors and generators of booleans; folds.

(define (check-natural who i)
  (if (not (exact-nonnegative-integer? i))
      (%wrong-type who 0 "a nonnegative exact integer" i)))

(define bits->list
  (case-lambda
    ((i)
     (check-natural 'bits->list i)
     (bits->list i (integer-length i)))
    ((i length)
     (check-natural 'bits->list i)
     (let loop ((at (- length 1)) (l '()))
       (if (< at 0) l (loop (- at 1) (cons (bit-set? at i) l)))))))

(define bits->vector
  (case-lambda
    ((i)
     (check-natural 'bits->vector i)
     (bits->vector i (integer-length i)))
    ((i length)
     (check-natural 'bits->vector i)
     (let ((v (make-vector length #f)))
       (let loop ((at 0))
         (if (< at length)
             (begin
               (if (bit-set? at i) (vector-set! v at #t))
               (loop (+ at 1)))
             v))))))

;; Bits that make a fixnum on every machine.
(define chunk 48)

(define (boolean-bit who b)
  (cond ((eq? b #t) 1)
        ((eq? b #f) 0)
        (else (%wrong-type who 0 "booleans" b))))

;; The number with the booleans of `v` from `start` to `end`. Long runs are halved, so that few
;; shifts are of long numbers.
(define (gather who v start end)
  (let ((width (- end start)))
    (if (<= width chunk)
        (let loop ((at (- end 1)) (n 0))
          (if (< at start)
              n
              (loop (- at 1) (+ n n (boolean-bit who (vector-ref v at))))))
        (let ((middle (+ start (quotient width 2))))
          (bitwise-ior (gather who v start middle)
                       (arithmetic-shift (gather who v middle end) (- middle start)))))))

(define (vector->bits v) (gather 'vector->bits v 0 (vector-length v)))
(define (list->bits l)
  (let ((v (list->vector l))) (gather 'list->bits v 0 (vector-length v))))
(define (bits . booleans)
  (let ((v (list->vector booleans))) (gather 'bits v 0 (vector-length v))))

(define (bitwise-fold f seed i)
  (let ((end (integer-length i)))
    (let loop ((at 0) (state seed))
      (if (< at end)
          (loop (+ at 1) (f (bit-set? at i) state))
          state))))

(define (bitwise-for-each f i)
  (let ((end (integer-length i)))
    (let loop ((at 0))
      (if (< at end)
          (begin (f (bit-set? at i)) (loop (+ at 1)))))))

(define (bitwise-unfold stop? mapper successor seed)
  (let loop ((seed seed) (l '()))
    (if (stop? seed)
        (list->bits (reverse l))
        (let ((bit (if (mapper seed) #t #f)))
          (loop (successor seed) (cons bit l))))))

;; Endless: beyond the number come its sign bits.
(define (make-bitwise-generator i)
  (if (not (exact-integer? i)) (%wrong-type 'make-bitwise-generator 0 "an exact integer" i))
  (let ((at 0))
    (lambda ()
      (let ((bit (bit-set? at i)))
        (set! at (+ at 1))
        bit))))
