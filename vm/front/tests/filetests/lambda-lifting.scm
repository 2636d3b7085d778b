; test: lift
(define (map1 f l)
  (let m ((l l)) (if (null? l) (quote ()) (cons (f (car l)) (m (cdr l))))))
(map1 car (quote ((1) (2))))
; =>
; ; program
; (letrec ((m.1 (lambda (l.2) (if (null? l.2) '() (cons (car (car l.2)) (call m.1 (cdr l.2)))))))
;   (call m.1 '((1) (2))))
