;; heavy
;;; Reading took time in proportion to the square of the number of labels.
(import (scheme base) (scheme read) (scheme write) (check))
(define count 150000)
(define text
  (let ((out (open-output-string)))
    (write-string "(" out)
    (do ((i 0 (+ i 1))) ((= i count)) (write-string (string-append "#" (number->string i) "=(1) ") out))
    (write-string "#7#)" out)
    (get-output-string out)))
(define datum (read (open-input-string text)))
(test (+ count 1) (length datum))
(test-true (eq? (list-ref datum 7) (list-ref datum count)))
(finish)
