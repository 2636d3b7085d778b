;;; SRFI 16: case-lambda.
(import (scheme base) (check) (srfi 16))

(define plus
  (case-lambda
    (() 0)
    ((x) x)
    ((x y) (+ x y))
    ((x y z) (+ (+ x y) z))
    (args (apply + args))))
(section "clauses")
(test '(0 1 3 6 10) (list (plus) (plus 1) (plus 1 2) (plus 1 2 3) (plus 1 2 3 4)))
(test 10 (apply plus '(1 2 3 4)))
(define f (case-lambda ((a) (list 'one a)) ((a . rest) (list 'more a rest))))
(test '((one 1) (more 1 (2)) (more 1 (2 3))) (list (f 1) (f 1 2) (f 1 2 3)))
;; The first clause that fits.
(test 'first (let ((g (case-lambda ((a . r) 'first) ((a b) 'second)))) (g 1 2)))
(test-error ((case-lambda ((a) a) ((a b) b)) 1 2 3))
(test-error ((case-lambda ((a) a) ((a b c . d) b)) 1 2))
(test-error ((case-lambda)))
(test #t (procedure? (case-lambda)))
;; Clauses share the variables around them, and have bodies.
(define counter (let ((n 0)) (case-lambda (() (set! n (+ n 1)) n) ((m) (define k (* m 10)) (set! n k) n))))
(test '(1 2 50 51) (let* ((a (counter)) (b (counter)) (c (counter 5)) (d (counter))) (list a b c d)))
(test 100000
      (letrec ((loop (case-lambda ((n) (loop n 0)) ((n acc) (if (= n 0) acc (loop (- n 1) (+ acc 1)))))))
        (loop 100000)))
(finish)
