;;; SRFI 162: more to use comparators with. Its text asks for these names in `(srfi 128)`; they
;;; have a library to themselves so that programs that define such names can import that one.

(define-library (srfi 162)
  (export
   comparator-max comparator-min comparator-max-in-list comparator-min-in-list
   default-comparator boolean-comparator real-comparator char-comparator char-ci-comparator
   string-comparator string-ci-comparator pair-comparator list-comparator vector-comparator
   eq-comparator eqv-comparator equal-comparator)
  (import (except (gambol primitives) string-hash string-ci-hash)
          (gambol syntax) (gambol internal control) (srfi 128))
  (begin
    (define default-comparator (make-default-comparator))
    (define boolean-comparator
      (make-comparator boolean? boolean=? (lambda (a b) (and b (not a))) boolean-hash))
    (define real-comparator (make-comparator real? = < number-hash))
    (define char-comparator (make-comparator char? char=? char<? char-hash))
    (define char-ci-comparator (make-comparator char? char-ci=? char-ci<? char-ci-hash))
    (define string-comparator (make-comparator string? string=? string<? string-hash))
    (define string-ci-comparator
      (make-comparator string? string-ci=? string-ci<? string-ci-hash))
    (define pair-comparator (make-pair-comparator default-comparator default-comparator))
    (define list-comparator
      (make-list-comparator default-comparator list? null? car cdr))
    (define vector-comparator
      (make-vector-comparator default-comparator vector? vector-length vector-ref))
    (define eq-comparator (make-eq-comparator))
    (define eqv-comparator (make-eqv-comparator))
    (define equal-comparator (make-equal-comparator))

    ;; The first of those that are best: `better?` is asked for a later one and the best so far.
    (define (best who better? l)
      (if (not (pair? l)) (%wrong-type who 1 "a list that is not empty" l))
      (let loop ((best (car l)) (l (cdr l)))
        (if (pair? l)
            (loop (if (better? (car l) best) (car l) best) (cdr l))
            best)))

    (define (comparator-max-in-list comparator l)
      (best 'comparator-max-in-list (lambda (a b) (>? comparator a b)) l))
    (define (comparator-min-in-list comparator l)
      (best 'comparator-min-in-list (lambda (a b) (<? comparator a b)) l))
    (define (comparator-max comparator x . more)
      (comparator-max-in-list comparator (cons x more)))
    (define (comparator-min comparator x . more)
      (comparator-min-in-list comparator (cons x more)))))
