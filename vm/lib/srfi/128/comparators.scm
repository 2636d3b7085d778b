;;; The comparator itself, and what is done with one.

(define-record-type comparator
  (build-comparator type-test equality ordering hash ordered? hashable?)
  comparator?
  (type-test type-test-of)
  (equality equality-of)
  (ordering ordering-of)
  (hash hash-of)
  (ordered? ordered-of)
  (hashable? hashable-of))

(define-syntax need-comparator
  (syntax-rules ()
    ((_ who position c)
     (if (not (comparator? c)) (%wrong-type who position "a comparator" c)))))

(define (no-ordering a b)
  (assertion-violation 'comparator-ordering-predicate "the comparator has no ordering predicate"))
(define (no-hash x)
  (assertion-violation 'comparator-hash-function "the comparator has no hash function"))

(define (make-comparator type-test equality ordering hash)
  (need-procedure 'make-comparator 0 type-test)
  (need-procedure 'make-comparator 1 equality)
  (if ordering (need-procedure 'make-comparator 2 ordering))
  (if hash (need-procedure 'make-comparator 3 hash))
  (build-comparator type-test equality (or ordering no-ordering) (or hash no-hash)
                    (and ordering #t) (and hash #t)))

(define-syntax define-accessor
  (syntax-rules ()
    ((_ name field)
     (define (name c)
       (need-comparator 'name 0 c)
       (field c)))))
(define-accessor comparator-ordered? ordered-of)
(define-accessor comparator-hashable? hashable-of)
(define-accessor comparator-type-test-predicate type-test-of)
(define-accessor comparator-equality-predicate equality-of)
(define-accessor comparator-ordering-predicate ordering-of)
(define-accessor comparator-hash-function hash-of)

(define (comparator-test-type c x)
  (need-comparator 'comparator-test-type 0 c)
  ((type-test-of c) x))

(define (comparator-check-type c x)
  (need-comparator 'comparator-check-type 0 c)
  (or ((type-test-of c) x)
      (%wrong-type 'comparator-check-type 1 "what the comparator compares" x)))

(define (comparator-hash c x)
  (need-comparator 'comparator-hash 0 c)
  ((hash-of c) x))

;; The relations are transitive, so neighbours suffice. `holds?` compares two objects by the
;; predicate that the comparator's `field` holds.
(define-syntax define-relation
  (syntax-rules ()
    ((_ name field (predicate a b) holds?)
     (define name
       (case-lambda
         ((c x y)
          (need-comparator 'name 0 c)
          (let* ((predicate (field c)) (a x) (b y)) holds?))
         ((c x y . more)
          (need-comparator 'name 0 c)
          (let ((predicate (field c)))
            (let loop ((a x) (b y) (more more))
              (and holds?
                   (or (null? more)
                       (loop b (car more) (cdr more))))))))))))
(define-relation =? equality-of (same? a b) (same? a b))
(define-relation <? ordering-of (less? a b) (less? a b))
(define-relation >? ordering-of (less? a b) (less? b a))
(define-relation <=? ordering-of (less? a b) (not (less? b a)))
(define-relation >=? ordering-of (less? a b) (not (less? a b)))

(define-syntax comparator-if<=>
  (syntax-rules ()
    ((_ a b less equal greater)
     (comparator-if<=> (make-default-comparator) a b less equal greater))
    ((_ comparator a b less equal greater)
     (let ((c comparator) (x a) (y b))
       (cond ((<? c x y) less)
             ((=? c x y) equal)
             (else greater))))))
