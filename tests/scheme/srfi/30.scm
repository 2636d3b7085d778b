;;; SRFI 30: nested block comments.
(import (scheme base) (scheme read) (check) (srfi 30))

(section "comments in programs")
(test 3 (+ 1 #| two |# 2))
(test '(1 2) '(1 #| a #| nested |# one |# 2))
(test 5 #| first
        second |# 5)
(test '(a b) '(a #||# b))
(test 1 #|| one ||# 1)
(test 1 #|#||#|# 1)
(test "#| not a comment |#" (string-append "#| not" " a comment |#"))
(test 2 (let ((x 1)) #| (set! x 5) #| |# ; |# (+ x 1)))

(section "comments in data")
(define (read-all text)
  (let ((p (open-input-string text)))
    (let loop ((l '())) (let ((x (read p))) (if (eof-object? x) (reverse l) (loop (cons x l)))))))
(test '(a b) (read-all "#|x|# a #| y #|z|# |# b #||#"))
(test '() (read-all "#| only |#"))
(test-error (read-all "a #| open"))
(test-error (read-all "#| #| |# still open"))
(finish)
