(define two
  (+ one 1))
