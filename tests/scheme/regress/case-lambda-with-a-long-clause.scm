;; heavy
;;; Clauses after one that a short label does not reach past were not found.
(import (scheme base) (scheme eval) (check))
(define long
  (let loop ((i 0) (body '(a)))
    (if (= i 12000) body (loop (+ i 1) (cons '(set! f (list f a a)) body)))))
(define f
  (eval `(let ((f 1)) (case-lambda ((a) ,@long) ((a b) (list a b)) ((a b . c) c)))
        (environment '(scheme base) '(scheme case-lambda))))
(test '(1 2) (f 1 2))
(test '(3 4) (f 1 2 3 4))
(test 1 (f 1))
(finish)
