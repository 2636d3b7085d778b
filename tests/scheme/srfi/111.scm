;;; SRFI 111: boxes.
(import (scheme base) (check) (srfi 111))

(section "boxes")
(test '(#t #f #f #f) (map box? (list (box 1) 1 (list 1) (vector 1))))
(test '(1 (2)) (list (unbox (box 1)) (unbox (box '(2)))))
(test 3 (let ((b (box 1))) (set-box! b 3) (unbox b)))
(test '(#t #f) (let ((a (box 1)) (b (box 1))) (list (eq? a a) (eq? a b))))
(test '(#f #f #f) (let ((b (box 1))) (list (pair? b) (vector? b) (procedure? b))))
(test '(1 2) (let* ((a (box 1)) (b (box a))) (set-box! (unbox b) 2) (list 1 (unbox a))))
(test-error (unbox 5))
(test-error (set-box! 5 1))
(test-error (box))
(finish)
