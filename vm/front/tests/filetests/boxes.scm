; test: bytecode
(define (counter n) (lambda () (set! n (+ n 1)) n))
(define c (counter 5))
(c)
; =>
; template 0 <body> arity 0 registers 2 outgoing 0 captured 0
;     0  LoadInt          r1 5
;     1  MakeBox          r1 r1  live {r1}  ; test.scm:4:11 (counter 5)
;     2  MakeClosure      r0 template:1 [r1]  live {r1}  ; test.scm:3:21 (lambda () (set! n (+ n 1)) n)
;     4  CellDefine       r0 global:c  live {r0}  ; test.scm:4:1 (define c (counter 5))
;     5  CellRefBound     r0 global:c
;     6  Call             0 r0 => r0 ignore across {}  ; test.scm:5:1 (c)
;     8  LoadImm          r0 #!unspecified
;     9  Return           r0
;
; template 1 <lambda> arity 0 registers 3 outgoing 0 captured 1
;     0  ClosureRef       r2 self 0
;     1  BoxRef           r1 r2
;     2  AddInt           r0 r1 1  live {r1}  ; test.scm:3:40 (+ n 1)
;     3  ClosureRef       r1 self 0
;     4  BoxSet           r1 r0  live {r0 r1}  ; test.scm:3:32 (set! n (+ n 1))
;     5  ClosureRef       r0 self 0
;     6  BoxRef           r0 r0
;     7  Return           r0
