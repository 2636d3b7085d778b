;;; SRFI 9: record types.
(import (except (scheme base) define-record-type) (check) (srfi 9))

(define-record-type :pare (kons x y) pare? (x kar set-kar!) (y kdr))
(section "the example")
(test '(#t #f) (list (pare? (kons 1 2)) (pare? (cons 1 2))))
(test '(1 2 3) (list (kar (kons 1 2)) (kdr (kons 1 2)) (let ((k (kons 1 2))) (set-kar! k 3) (kar k))))

(section "types are disjoint")
(define-record-type other (make-other x) other? (x other-x))
(test '(#f #f #t) (list (pare? (make-other 1)) (other? (kons 1 2)) (other? (make-other 1))))
(test '(#f #f #f #f #f #f)
      (let ((k (kons 1 2)))
        (list (pair? k) (vector? k) (procedure? k) (symbol? k) (string? k) (null? k))))
(test-error (kar (make-other 1)))
(test-error (set-kar! (make-other 1) 2))
(test-error (kar 5))
;; Each evaluation of the definition makes a type.
(define (make-type) (define-record-type t (make v) t? (v t-v)) (list make t?))
(test '(#t #f)
      (let ((a (make-type)) (b (make-type))) (let ((x ((car a) 1))) (list ((cadr a) x) ((cadr b) x)))))

(section "constructors and fields")
;; Fields in another order, and fields that the constructor leaves alone.
(define-record-type node (make-node right left) node? (left left) (right right) (mark mark set-mark!))
(test '(l r m) (let ((n (make-node 'r 'l))) (set-mark! n 'm) (list (left n) (right n) (mark n))))
(define-record-type empty (make-empty) empty?)
(test '(#t #f) (list (empty? (make-empty)) (eq? (make-empty) (make-empty))))
(test '(#t #f) (let ((k (kons 1 2))) (list (equal? k k) (equal? k (kons 1 2)))))
(test-error (kons 1))
(test 100
      (let loop ((i 0) (k (kons 0 0)))
        (if (= i 100) (kar k) (begin (set-kar! k (+ i 1)) (loop (+ i 1) k)))))
(finish)
