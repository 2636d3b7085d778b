;; heavy
;;; Ten million frames, captured, returned through and unwound; depth that only the heap limits.
(import (scheme base) (check))

(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(section "ten million frames")
(test 10000000 (count 10000000))
(test 10000000 (let deep ((n 10000000)) (if (= n 0) (call/cc (lambda (k) (k 0))) (+ 1 (deep (- n 1))))))
(test 'out (call/cc (lambda (k) (let deep ((n 10000000)) (if (= n 0) (k 'out) (+ 1 (deep (- n 1))))))))
(test 'out (guard (e (#t e)) (let deep ((n 10000000)) (if (= n 0) (raise 'out) (+ 1 (deep (- n 1)))))))
;; Garbage is made at every level, so that collections meet the stack at all depths.
(test 3000000 (let deep ((n 3000000)) (if (= n 0) 0 (+ (vector-ref (vector 1 n) 0) (deep (- n 1))))))

(section "generators are linear")
(define (pulse n)
  (define return #f)
  (define (step) (let loop ((i 0)) (if (< i n) (begin (call/cc (lambda (next) (set! step (lambda () (next #f))) (return i))) (loop (+ i 1))))) (return #f))
  (lambda () (call/cc (lambda (r) (set! return r) (step)))))
(test 300000 (let ((g (pulse 300000))) (let loop ((n 0)) (if (g) (loop (+ n 1)) n))))
(finish)
