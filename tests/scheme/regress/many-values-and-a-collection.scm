;; heavy
;;; The places for few values were roots while many were in flight, whatever they held.
(import (scheme base) (check))
(define (count-down n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons i l)))))
(define big (count-down 100000))
(define (churn) (call-with-values (lambda () (values (list 1) (list 2) (list 3))) list))
(test 100000 (let loop ((i 0) (n 0))
               (churn)
               (if (= i 50)
                   n
                   (loop (+ i 1) (call-with-values (lambda () (apply values big)) (lambda all (length all)))))))
(finish)
