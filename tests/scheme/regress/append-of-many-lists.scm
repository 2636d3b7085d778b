;; heavy
;;; Each argument took a handle, of which there are a quarter of a million.
(import (scheme base) (only (srfi 1) append!) (check))
(define count 400000)
(define (lists) (let loop ((i 0) (all '())) (if (= i count) all (loop (+ i 1) (cons (list i) all)))))
(test count (length (apply append (lists))))
(test count (length (apply append! (lists))))
(finish)
