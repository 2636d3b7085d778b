; test: bytecode
(define (sum v)
  (let ((n (vector-length v)))
    (* 2 (let loop ((i 0) (s 0))
           (if (= i n) s (loop (+ i 1) (+ s (vector-ref v i))))))))
(sum (vector-ref (car (cdr (quote (1 #(#(1 2)))))) 0))
; =>
; template 0 <body> arity 0 registers 3 outgoing 1 captured 0
;     0  LoadConst        r0 procedure:1:sum
;     1  CellDefine       r0 global:sum  live {r0}  ; test.scm:3:1 (define (sum v) (let ((n (vector-length v))) (*
;     2  LoadConst        r2 '(1 #(#(1 2)))
;     3  Cdr              r1 r2  live {r2}  ; test.scm:7:23 (cdr (quote (1 #(#(1 2)))))
;     4  Car              r0 r1  live {r1}  ; test.scm:7:18 (car (cdr (quote (1 #(#(1 2))))))
;     5  VectorRefInt     o0 r0 0  live {r0}  ; test.scm:7:6 (vector-ref (car (cdr (quote (1 #(#(1 2)))))) 0)
;     6  CallConst        1 procedure:1:sum => r0 ignore across {}  ; test.scm:7:1 (sum (vector-ref (car (cdr (quote (1 #(#(1 2))))
;     8  LoadImm          r0 #!unspecified
;     9  Return           r0
;
; template 1 sum arity 1 registers 7 outgoing 0 captured 0
;     0  VectorLength     r1 r0  live {r0}  ; test.scm:4:12 (vector-length v)
;     1  LoadInt          r2 2
;     2  LoadInt          r4 0
;     3  LoadInt          r5 0
;     4  IfNotNumEq       r4 r1 ->7  live {r0 r1 r2 r4 r5}  ; test.scm:6:16 (= i n)
;     5  Move             r3 r5
;     6  Jump             ->11
;     7  VectorRef        r6 r0 r4  live {r0 r1 r2 r4 r5}  ; test.scm:6:45 (vector-ref v i)
;     8  Add              r5 r5 r6  live {r0 r1 r2 r4 r5 r6}  ; test.scm:6:40 (+ s (vector-ref v i))
;     9  AddInt           r4 r4 1  live {r0 r1 r2 r4 r5}  ; test.scm:6:32 (+ i 1)
;    10  Loop             ->4  live {r0 r1 r2 r4 r5}  ; test.scm:6:26 (loop (+ i 1) (+ s (vector-ref v i)))
;    11  Mul              r2 r2 r3  live {r2 r3}  ; test.scm:5:5 (* 2 (let loop ((i 0) (s 0)) (if (= i n) s (loop
;    12  Return           r2
