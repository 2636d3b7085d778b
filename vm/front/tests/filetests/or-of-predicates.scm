; test: bytecode
(define (shorter? x y)
  (and (not (null? y))
       (or (null? x)
           (shorter? (cdr x) (cdr y)))))
(shorter? '(1) '(2))
; =>
; template 0 <body> arity 0 registers 1 outgoing 2 captured 0
;     0  LoadConst        r0 procedure:1:shorter?
;     1  CellDefine       r0 global:shorter?  live {r0}  ; test.scm:3:1 (define (shorter? x y) (and (not (null? y)) (or
;     2  LoadConst        o0 '(1)
;     3  LoadConst        o1 '(2)
;     4  CallConst        2 procedure:1:shorter? => r0 accept across {}  ; test.scm:7:1 (shorter? '(1) '(2))
;     6  Jump             ->9
;     7  Receive          r0 0 1  live {}  ; test.scm:7:1 (shorter? '(1) '(2))
;     8  Jump             ->10
;     9  Return           r0
;    10  ReturnList       r0  live {r0}  ; test.scm:7:1 (shorter? '(1) '(2))
;
; template 1 shorter? arity 2 registers 3 outgoing 0 captured 0
;     0  IfNotNull        r1 ->3
;     1  LoadImm          r2 #f
;     2  Return           r2
;     3  IfNotNull        r0 ->6
;     4  LoadImm          r2 #t
;     5  Return           r2
;     6  Cdr              r0 r0  live {r0 r1}  ; test.scm:6:22 (cdr x)
;     7  Cdr              r1 r1  live {r0 r1}  ; test.scm:6:30 (cdr y)
;     8  Loop             ->0  live {r0 r1}  ; test.scm:6:12 (shorter? (cdr x) (cdr y))
