(define one 1)
