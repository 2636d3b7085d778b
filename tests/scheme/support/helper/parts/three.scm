(define three (+ one two))
