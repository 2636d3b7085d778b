;;; A `letrec` (not `letrec*`) that binds values first and procedures that call each other after.
(import (scheme base) (check))

(test '(#t 3)
      (letrec ((a 1) (b 2)
               (even (lambda (n) (if (= n 0) #t (odd (- n 1)))))
               (odd (lambda (n) (if (= n 0) #f (even (- n 1))))))
        (list (even 10) (+ a b))))
(finish)
