;;; SRFI 31: rec.
(import (scheme base) (scheme lazy) (check) (srfi 31))

(section "rec")
(test 120 ((rec (f n) (if (= n 0) 1 (* n (f (- n 1))))) 5))
(test 120 ((rec f (lambda (n) (if (= n 0) 1 (* n (f (- n 1)))))) 5))
(test '(1 2 3) ((rec (f . l) (if (null? l) (f 1 2 3) l))))
(test '(1 (2)) ((rec (f a . l) (if (null? l) (f a 2) (list a l))) 1))
(test '(1 1 1)
      (let ((s (rec s (cons 1 (delay s)))))
        (list (car s) (car (force (cdr s))) (car (force (cdr (force (cdr s))))))))
(test 5 (rec x 5))
(test 3 ((rec (f) (define a 3) a)))
;; The name is local.
(test 'outer (let ((f (lambda () 'outer))) (rec f (lambda () 'inner)) (f)))
(finish)
