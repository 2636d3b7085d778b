; test: bytecode
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(fib 30)
; =>
; template 0 <body> arity 0 registers 1 outgoing 1 captured 0
;     0  LoadConst        r0 procedure:1:fib
;     1  CellDefine       r0 global:fib  live {r0}  ; test.scm:3:1 (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (
;     2  LoadInt          o0 30
;     3  CallConst        1 procedure:1:fib => r0 ignore across {}  ; test.scm:4:1 (fib 30)
;     5  LoadImm          r0 #!unspecified
;     6  Return           r0
;
; template 1 fib arity 1 registers 3 outgoing 1 captured 0
;     0  IfNotLessInt     r0 2 ->2  live {r0}  ; test.scm:3:21 (< n 2)
;     1  Return           r0
;     2  SubInt           o0 r0 1  live {r0}  ; test.scm:3:39 (- n 1)
;     3  CallConst        1 procedure:1:fib => r1 across {r0}  ; test.scm:3:34 (fib (- n 1))
;     5  SubInt           o0 r0 2  live {r0 r1}  ; test.scm:3:53 (- n 2)
;     6  CallConst        1 procedure:1:fib => r2 across {r1}  ; test.scm:3:48 (fib (- n 2))
;     8  Add              r1 r1 r2  live {r1 r2}  ; test.scm:3:31 (+ (fib (- n 1)) (fib (- n 2)))
;     9  Return           r1
