;; heavy
;;; A procedure that captured its continuation and returned left its frames below those of the
;;; next call: a loop around `call/cc` or `guard` needed more and more stack.
(import (scheme base) (gambol runtime) (check))

(define (stack-bytes)
  (collect-garbage)
  (collect-garbage)
  (cdr (assq 'stack-bytes (gc-stats))))

;; How much the stack grows in a loop that calls `f` many times.
(define (growth f)
  (let ((before (stack-bytes)))
    (let loop ((i 0))
      (if (< i 100000)
          (begin (f i) (loop (+ i 1)))
          (- (stack-bytes) before)))))

;; Measured outside of `test`: where a continuation is captured already, nothing grew.
(define-syntax test-steady
  (syntax-rules ()
    ((_ i expression)
     (let ((bytes (growth (lambda (i) expression)))) (test #t (or (< bytes 2000000) bytes))))))
(test-steady i (list (call/cc (lambda (k) i))))
(test-steady i (list (call/cc (lambda (k) (k i)))))
(test-steady i (call/cc (lambda (k) i)))
(test-steady i (list (guard (e (#f 1)) i)))
(test-steady i (list (guard (e (#t i)) (raise i))))
(test-steady i (list (with-exception-handler (lambda (e) e) (lambda () (raise-continuable i)))))
(test-steady i (list (dynamic-wind (lambda () 1) (lambda () i) (lambda () 2))))
(finish)
