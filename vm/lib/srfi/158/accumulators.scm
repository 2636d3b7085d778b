;;; Accumulators: an object goes into the state, an end-of-file object asks for the result.

(define (make-accumulator f seed finalizer)
  (need-procedure 'make-accumulator 0 f)
  (need-procedure 'make-accumulator 2 finalizer)
  (lambda (x)
    (if (eof-object? x)
        (finalizer seed)
        (set! seed (f x seed)))))

(define (count-accumulator)
  (make-accumulator (lambda (x n) (+ n 1)) 0 (lambda (n) n)))
(define (sum-accumulator)
  (make-accumulator (lambda (x sum) (+ sum x)) 0 (lambda (sum) sum)))
(define (product-accumulator)
  (make-accumulator (lambda (x product) (* product x)) 1 (lambda (product) product)))

(define (list-accumulator) (make-accumulator cons '() reverse))
(define (reverse-list-accumulator) (make-accumulator cons '() list-copy))
(define (vector-accumulator)
  (make-accumulator cons '() (lambda (l) (list->vector (reverse l)))))
(define (reverse-vector-accumulator) (make-accumulator cons '() list->vector))

(define (string-accumulator)
  (make-accumulator (lambda (c l)
                      (if (not (char? c)) (%wrong-type 'string-accumulator 0 "a character" c))
                      (cons c l))
                    '()
                    (lambda (l) (list->string (reverse l)))))

(define (byte? x) (and (exact-nonnegative-integer? x) (< x 256)))

;; The bytes are in reverse.
(define (list->bytevector l)
  (let* ((n (length l)) (b (make-bytevector n)))
    (let loop ((i (- n 1)) (l l))
      (if (pair? l)
          (begin (bytevector-u8-set! b i (car l)) (loop (- i 1) (cdr l)))
          b))))
(define (bytevector-accumulator)
  (make-accumulator (lambda (x l)
                      (if (not (byte? x)) (%wrong-type 'bytevector-accumulator 0 "a byte" x))
                      (cons x l))
                    '()
                    list->bytevector))

;; Stores into `s` from `at` on.
(define-syntax define-filler
  (syntax-rules ()
    ((_ name type? expected length set!)
     (define (name s at)
       (if (not (type? s)) (%wrong-type 'name 0 expected s))
       (need-count 'name 1 at)
       (if (> at (length s)) (%bad-range 'name 1 at))
       (make-accumulator (lambda (x i)
                           (if (= i (length s))
                               (assertion-violation 'name "there is no room for another object:" x))
                           (set! s i x)
                           (+ i 1))
                         at
                         (lambda (i) s))))))
(define-filler vector-accumulator! vector? "a vector" vector-length vector-set!)
(define-filler bytevector-accumulator! bytevector? "a bytevector" bytevector-length bytevector-u8-set!)
