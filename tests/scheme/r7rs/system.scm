;;; R7RS 6.14: system interface. Files and `load` are in ports.scm and evaluation.scm.
(import (scheme base) (scheme process-context) (scheme time) (check))

(define (every? good? l) (or (null? l) (and (good? (car l)) (every? good? (cdr l)))))

(section "command line and environment")
(test #t (list? (command-line)))
(test #t (every? string? (command-line)))
(test #t (pair? (command-line)))
(test #f (get-environment-variable "no such variable in this environment"))
(test #f (get-environment-variable ""))
(test #t (let ((all (get-environment-variables)))
           (and (list? all)
                (every? (lambda (entry) (and (pair? entry) (string? (car entry)) (string? (cdr entry)))) all)
                (every? (lambda (entry) (equal? (cdr entry) (get-environment-variable (car entry)))) all))))
(test-error (get-environment-variable 'PATH))
(test-error (get-environment-variables 1))

(section "time")
;; Some years after this was written, and some before.
(test #t (< 1.7e9 (current-second) 1e10))
(test #t (inexact? (current-second)))
(test #t (let ((n (jiffies-per-second))) (and (exact-integer? n) (> n 0))))
(test #t (exact-integer? (current-jiffy)))
(test #t (let loop ((i 0) (before (current-jiffy)))
           (or (= i 1000)
               (let ((now (current-jiffy))) (and (>= now before) (loop (+ i 1) now))))))
;; Jiffies go by as seconds do.
(define (wait-jiffies n)
  (let ((end (+ (current-jiffy) n))) (let loop () (if (< (current-jiffy) end) (loop)))))
(let ((before (current-second)))
  (wait-jiffies (quotient (jiffies-per-second) 20))
  (test #t (< .04 (- (current-second) before) 30.)))

(section "features")
(test #t (list? (features)))
(test #t (every? symbol? (features)))
(test '(#t #t #t) (map (lambda (name) (and (memq name (features)) #t)) '(r7rs exact-closed full-unicode)))
;; Each is true in `cond-expand`.
(test '(1 1 1) (list (cond-expand (exact-closed 1) (else 2)) (cond-expand (ratios 1) (else 2))
                     (cond-expand ((and r7rs exact-complex) 1) (else 2))))
(test #t (pair? (features)))

(finish)
