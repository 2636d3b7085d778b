;; options --verify-heap --nursery=16K
;;; The verifier looked at templates of procedures that were dead, and their templates freed.
(import (scheme base) (scheme eval) (only (gambol primitives) %collect) (check))
(define env (environment '(scheme base)))
(define (closures n)
  (let loop ((i 0) (all '()))
    (if (= i n) all (loop (+ i 1) (cons (eval `(let ((x (list ,i)) (y ',i)) (lambda (z) (list x y z))) env) all)))))
(define kept (closures 10))
(do ((i 0 (+ i 1))) ((= i 5))
  (closures 20)
  (%collect #t))
(test 10 (length kept))
(finish)
