;; options --heap-max=1G
;;; A loop that makes nothing but large objects never filled its nursery, so no cycle ever ran.
(import (scheme base) (gambol runtime) (check))
(let loop ((i 0))
  (if (< i 60) (begin (make-vector 1000000 i) (loop (+ i 1)))))
(test-true (< (cdr (assq 'heap-bytes (gc-stats))) 250000000))
(finish)
