; test: bytecode
(define (f a b c)
  (cond ((or (pair? a) (and (null? b) (char=? c #\x))) 1)
        ((eqv? a 3) (not b))
        ((< 0 a 10) (vector? b))
        (else (eq? c (quote sym)))))
(f 1 2 3)
; =>
; template 0 <body> arity 0 registers 1 outgoing 3 captured 0
;     0  LoadConst        r0 procedure:1:f
;     1  CellDefine       r0 global:f  live {r0}  ; test.scm:3:1 (define (f a b c) (cond ((or (pair? a) (and (nul
;     2  LoadInt          o0 1
;     3  LoadInt          o1 2
;     4  LoadInt          o2 3
;     5  CallConst        3 procedure:1:f => r0 ignore across {}  ; test.scm:8:1 (f 1 2 3)
;     7  LoadImm          r0 #!unspecified
;     8  Return           r0
;
; template 1 f arity 3 registers 4 outgoing 0 captured 0
;     0  IfPair           r0 ->4
;     1  IfNotNull        r1 ->6
;     2  LoadImm          r3 #\x
;     3  IfNotCharEq      r2 r3 ->6  live {r0 r1 r2 r3}  ; test.scm:4:39 (char=? c #\x)
;     4  LoadInt          r3 1
;     5  Return           r3
;     6  IfNotEqImm       r0 24 ->11
;     7  LoadImm          r3 #t
;     8  IfFalse          r1 ->10
;     9  LoadImm          r3 #f
;    10  Return           r3
;    11  IfNotGreaterInt  r0 0 ->14  live {r0 r1 r2}  ; test.scm:6:10 (< 0 a 10)
;    12  IfLessInt        r0 10 ->18  live {r0 r1 r2}  ; test.scm:6:10 (< 0 a 10)
;    13  Jump             ->22
;    14  LoadImm          r3 #t
;    15  IfLessInt        r0 10 ->22  live {r0 r2}  ; test.scm:6:10 (< 0 a 10)
;    16  LoadImm          r3 #f
;    17  Jump             ->22
;    18  LoadImm          r3 #t
;    19  IfKind           r1 0 ->21
;    20  LoadImm          r3 #f
;    21  Return           r3
;    22  LoadConst        r3 'sym
;    23  IfEq             r2 r3 ->26
;    24  LoadImm          r3 #f
;    25  Return           r3
;    26  LoadImm          r3 #t
;    27  Return           r3
