; test: bytecode
(define (rev l acc) (if (null? l) acc (rev (cdr l) (cons (car l) acc))))
(rev (quote (1 2 3)) (quote ()))
; =>
; template 0 <body> arity 0 registers 1 outgoing 2 captured 0
;     0  LoadConst        r0 procedure:1:rev
;     1  CellDefine       r0 global:rev  live {r0}  ; test.scm:3:1 (define (rev l acc) (if (null? l) acc (rev (cdr
;     2  LoadConst        o0 '(1 2 3)
;     3  LoadImm          o1 ()
;     4  CallConst        2 procedure:1:rev => r0 ignore across {}  ; test.scm:4:1 (rev (quote (1 2 3)) (quote ()))
;     6  LoadImm          r0 #!unspecified
;     7  Return           r0
;
; template 1 rev arity 2 registers 3 outgoing 0 captured 0
;     0  IfNotNull        r0 ->2
;     1  Return           r1
;     2  Car              r2 r0  live {r0 r1}  ; test.scm:3:58 (car l)
;     3  Cons             r1 r2 r1  live {r0 r1 r2}  ; test.scm:3:52 (cons (car l) acc)
;     4  Cdr              r0 r0  live {r0 r1}  ; test.scm:3:44 (cdr l)
;     5  Loop             ->0  live {r0 r1}  ; test.scm:3:39 (rev (cdr l) (cons (car l) acc))
