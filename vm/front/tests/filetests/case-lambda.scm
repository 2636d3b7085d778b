; test: bytecode
(define area (case-lambda ((s) (area s s)) ((w h) (* w h)) ((w h . more) more)))
(cons (area 3) (area 1 2 3))
; =>
; template 0 <body> arity 0 registers 1 outgoing 3 captured 0
;     0  LoadConst        r0 procedure:1:area
;     1  CellDefine       r0 global:area  live {r0}  ; test.scm:3:1 (define area (case-lambda ((s) (area s s)) ((w h
;     2  LoadInt          o0 3
;     3  CallConst        1 procedure:1:area => r0 ignore across {}  ; test.scm:4:7 (area 3)
;     5  LoadInt          o0 1
;     6  LoadInt          o1 2
;     7  LoadInt          o2 3
;     8  CallConst        3 procedure:1:area => r0 ignore across {}  ; test.scm:4:16 (area 1 2 3)
;    10  LoadImm          r0 #!unspecified
;    11  Return           r0
;
; template 1 area arity any registers 3 outgoing 2 captured 0
;     0  EntryCase        1 0 ->4  live {}  ; test.scm:3:14 (case-lambda ((s) (area s s)) ((w h) (* w h)) ((
;     1  Move             o0 r0
;     2  Move             o1 r0
;     3  TailCallConst    2 procedure:1:area  live {o0 o1}  ; test.scm:3:32 (area s s)
;     4  EntryCase        2 0 ->7  live {}  ; test.scm:3:14 (case-lambda ((s) (area s s)) ((w h) (* w h)) ((
;     5  Mul              r2 r0 r1  live {r0 r1}  ; test.scm:3:51 (* w h)
;     6  Return           r2
;     7  EntryCase        2 1 ->9  live {}  ; test.scm:3:14 (case-lambda ((s) (area s s)) ((w h) (* w h)) ((
;     8  Return           r2
;     9  EntryFail         live {}  ; test.scm:3:14 (case-lambda ((s) (area s s)) ((w h) (* w h)) ((
