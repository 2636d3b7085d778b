; test: bytecode
(define (two x) (if (null? x) (values 1 2) (values (car x) (cdr x))))
(call-with-values (lambda () (two (quote (3 . 4)))) (lambda (a b) (cons b a)))
(call-with-values (lambda () (two (quote ()))) list)
; =>
; template 0 <body> arity 0 registers 1 outgoing 2 captured 0
;     0  LoadConst        r0 '(3 . 4)
;     1  Car              r0 r0  live {r0}  ; test.scm:3:52 (car x)
;     2  LoadConst        r0 '(3 . 4)
;     3  Cdr              r0 r0  live {r0}  ; test.scm:3:60 (cdr x)
;     4  LoadInt          o0 1
;     5  LoadInt          o1 2
;     6  Prim             r0 list 2  live {o0 o1}  ; test.scm:5:1 (call-with-values (lambda () (two (quote ()))) l
;     7  Return           r0
