; test: bytecode
(define (two x) (if (null? x) (values 1 2) (values (car x) (cdr x))))
(call-with-values (lambda () (two (quote (3 . 4)))) (lambda (a b) (cons b a)))
(call-with-values (lambda () (two (quote ()))) list)
; =>
; template 0 <body> arity 0 registers 1 outgoing 0 captured 0
;     0  LoadConst        r0 '(3 . 4)
;     1  Car              r0 r0  live {r0}  ; test.scm:3:52 (car x)
;     2  LoadConst        r0 '(3 . 4)
;     3  Cdr              r0 r0  live {r0}  ; test.scm:3:60 (cdr x)
;     4  LoadImm          r0 #!unspecified
;     5  Return           r0
