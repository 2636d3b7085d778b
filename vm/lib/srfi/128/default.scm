;;; The default comparator: types in a fixed order, then registered ones as they came, then
;;; whatever else there is, which has equality and a hash but no order.

;; Registered comparators, first ones first.
(define registered '())

(define (comparator-register-default! c)
  (need-comparator 'comparator-register-default! 0 c)
  (set! registered (append registered (list c))))

(define (registered-for x)
  (let loop ((l registered))
    (and (pair? l)
         (if ((type-test-of (car l)) x) (car l) (loop (cdr l))))))

(define rank-registered 9)

;; Where the type of `x` stands among all types.
(define (rank x)
  (cond ((null? x) 0)
        ((pair? x) 1)
        ((boolean? x) 2)
        ((char? x) 3)
        ((string? x) 4)
        ((symbol? x) 5)
        ((number? x) 6)
        ((vector? x) 7)
        ((bytevector? x) 8)
        (else
         (let loop ((l registered) (i rank-registered))
           (if (or (null? l) ((type-test-of (car l)) x))
               i
               (loop (cdr l) (+ i 1)))))))

(define (any? x) #t)

(define (default=? a b)
  (cond
    ((pair? a)
     ;; A loop over the spine: long lists need no stack.
     (let loop ((a a) (b b))
       (if (and (pair? a) (pair? b))
           (and (default=? (car a) (car b)) (loop (cdr a) (cdr b)))
           (and (not (pair? a)) (not (pair? b)) (default=? a b)))))
    ((number? a) (and (number? b) (= a b)))
    ((symbol? a) (eq? a b))
    ((string? a) (and (string? b) (string=? a b)))
    ((vector? a) (and (vector? b) (default-vector=? a b)))
    ((or (null? a) (boolean? a) (char? a) (bytevector? a)) (equal? a b))
    (else
     (let ((c (registered-for a)))
       (if c
           (and (eq? c (registered-for b)) ((equality-of c) a b))
           (equal? a b))))))

(define (default<? a b)
  (let ((i (rank a)) (j (rank b)))
    (if (= i j)
        (case i
          ((0) #f)
          ((1)
           (let loop ((a a) (b b))
             (cond
               ((not (and (pair? a) (pair? b))) (default<? a b))
               ((default=? (car a) (car b)) (loop (cdr a) (cdr b)))
               (else (default<? (car a) (car b))))))
          ((2) (and b (not a)))
          ((3) (char<? a b))
          ((4) (string<? a b))
          ((5) (symbol<? a b))
          ((6) (number<? a b))
          ((7) (default-vector<? a b))
          ((8) (bytevector<? a b))
          (else
           (let ((c (registered-for a)))
             (if c
                 ((ordering-of c) a b)
                 (unordered<? a b)))))
        (< i j))))

(define (unordered<? a b)
  (if (equal? a b)
      #f
      (assertion-violation 'make-default-comparator
                           "objects of a type without a registered comparator have no order:"
                           a b)))

;; Numbers that are not real are ordered by real part, then by imaginary part.
(define (number<? a b)
  (if (and (real? a) (real? b))
      (< a b)
      (let ((x (real-part a)) (y (real-part b)))
        (if (= x y)
            (< (imag-part a) (imag-part b))
            (< x y)))))

;; What follows a pair's car or stands in a vector is looked at within a budget that shrinks
;; with depth: the hash of a huge or circular structure costs no more than its first part.
(define (hash-within budget x)
  (cond
    ((pair? x)
     (let loop ((x x) (budget budget) (state 1))
       (cond ((= budget 0) state)
             ((pair? x)
              (loop (cdr x) (- budget 1) (mix state (hash-within (quotient budget 4) (car x)))))
             (else (mix state (hash-within 0 x))))))
    ((vector? x)
     (let ((n (vector-length x)))
       (let loop ((i 0) (state (mix 3 n)))
         (if (< i (min n budget))
             (loop (+ i 1) (mix state (hash-within (quotient budget 4) (vector-ref x i))))
             state))))
    ((number? x) (number-hash x))
    ((string? x) (text-hash x))
    ((symbol? x) (symbol-hash x))
    ((char? x) (char-hash x))
    ((boolean? x) (boolean-hash x))
    ((registered-for x) => (lambda (c) ((hash-of c) x)))
    (else (equal-hash x))))

(define default-hash
  (case-lambda
    ((x) (hash-within 64 x))
    ((x ignored) (hash-within 64 x))))

(define default-comparator (make-comparator any? default=? default<? default-hash))
(define (make-default-comparator) default-comparator)

(define vectors-by-default
  (make-vector-comparator default-comparator vector? vector-length vector-ref))
(define default-vector=? (equality-of vectors-by-default))
(define default-vector<? (ordering-of vectors-by-default))

(define bytevectors
  (make-vector-comparator (make-comparator exact-integer? = < number-hash)
                          bytevector? bytevector-length bytevector-u8-ref))
(define bytevector<? (ordering-of bytevectors))

;; These have no order: none would survive the moving of objects.
(define eq-comparator (make-comparator any? eq? #f default-hash))
(define eqv-comparator (make-comparator any? eqv? #f default-hash))
(define equal-comparator (make-comparator any? equal? #f default-hash))
(define (make-eq-comparator) eq-comparator)
(define (make-eqv-comparator) eqv-comparator)
(define (make-equal-comparator) equal-comparator)
