;;; R7RS 4.3: macros, with the classic trials of hygiene.
(import (scheme base) (check))

(section "4.3.1 binding constructs for keywords")
(test 'now (let-syntax ((given-that (syntax-rules ()
                                      ((_ test stmt1 stmt2 ...) (if test (begin stmt1 stmt2 ...))))))
             (let ((if #t)) (given-that if (set! if 'now)) if)))
(test 'outer (let ((x 'outer))
               (let-syntax ((m (syntax-rules () ((m) x))))
                 (let ((x 'inner)) (m)))))
(test 7 (letrec-syntax
            ((my-or (syntax-rules ()
                      ((my-or) #f)
                      ((my-or e) e)
                      ((my-or e1 e2 ...) (let ((temp e1)) (if temp temp (my-or e2 ...)))))))
          (let ((x #f) (y 7) (temp 8) (let odd?) (if even?))
            (my-or x (let temp) (if y) y))))
(test 'b (let-syntax ((foo (syntax-rules () ((_) 'a))))
           (let-syntax ((foo (syntax-rules () ((_) 'b)))) (foo))))
(test '(inner outer)
      (let-syntax ((foo (syntax-rules () ((_) 'outer))))
        (let-syntax ((bar (syntax-rules () ((_) (foo)))))
          (let-syntax ((foo (syntax-rules () ((_) 'inner))))
            (list (foo) (bar))))))

(section "4.3.2 pattern language")
(define-syntax swap!
  (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(test '(2 1) (let ((tmp 1) (other 2)) (swap! tmp other) (list tmp other)))
(define-syntax be-like-begin
  (syntax-rules ()
    ((be-like-begin name)
     (define-syntax name (syntax-rules () ((name expr (... ...)) (begin expr (... ...))))))))
(be-like-begin sequence)
(test 4 (sequence 1 2 3 4))
(test 'ok (let ((=> #f)) (cond (#t => 'ok))))
(define-syntax my-let
  (syntax-rules () ((_ ((n v) ...) . body) ((lambda (n ...) . body) v ...))))
(test 3 (my-let ((a 1) (b 2)) (+ a b)))
(define-syntax my-let*
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ ((n v) . more) body ...) (let ((n v)) (my-let* more body ...)))))
(test 6 (my-let* ((a 1) (b (+ a 1)) (c (+ b 1))) (+ a b c)))
;; nested ellipses
(define-syntax flatten2
  (syntax-rules () ((_ (a b ...) ...) '((a ...) (b ... ...)))))
(test '((1 4 6) (2 3 5)) (flatten2 (1 2 3) (4 5) (6)))
;; a tail after the ellipsis, and a dotted tail
(define-syntax last-of (syntax-rules () ((_ x ... y) 'y)))
(test 'c (last-of a b c))
(test 'a (last-of a))
(define-syntax but-last (syntax-rules () ((_ x ... y z) '(x ...))))
(test '(a b) (but-last a b c d))
(define-syntax dotted (syntax-rules () ((_ x ... . r) '((x ...) r))))
(test '((1 2) 3) (dotted 1 2 . 3))
(test '((1 2) ()) (dotted 1 2))
(define-syntax tail-dot (syntax-rules () ((_ x ... y . r) '((x ...) y r))))
(test '((1 2) 3 4) (tail-dot 1 2 3 . 4))
;; vectors
(define-syntax vec (syntax-rules () ((_ #(a b ...)) '(a (b ...) #(b ... a)))))
(test '(1 (2 3) #(2 3 1)) (vec #(1 2 3)))
(define-syntax vec-tail (syntax-rules () ((_ #(a ... z)) '(z a ...))))
(test '(3 1 2) (vec-tail #(1 2 3)))
;; literals in patterns
(define-syntax number-kind
  (syntax-rules () ((_ 1) 'one) ((_ "s") 'string) ((_ #\c) 'char) ((_ #t) 'true) ((_ x) 'other)))
(test '(one string char true other)
      (list (number-kind 1) (number-kind "s") (number-kind #\c) (number-kind #t) (number-kind 2)))
;; underscore
(define-syntax second-of (syntax-rules () ((_ _ x . _) 'x)))
(test 'b (second-of a b c))
;; literals match by binding
(define-syntax is-else (syntax-rules (else) ((_ else) #t) ((_ x) #f)))
(test '(#t #f) (list (is-else else) (let ((else 1)) (is-else else))))
(define-syntax while
  (syntax-rules ()
    ((_ cond body ...) (let loop () (when cond body ... (loop))))))
(test 10 (let ((i 0) (loop 'mine)) (while (< i 10) (set! i (+ i 1))) i))
(define-syntax for
  (syntax-rules (in)
    ((_ x in list body ...) (for-each (lambda (x) body ...) list))))
(test '(3 2 1) (let ((acc '())) (for y in '(1 2 3) (set! acc (cons y acc))) acc))
;; custom ellipsis
(define-syntax with-dots
  (syntax-rules ::: () ((_ (a b :::) :::) '((b ::: a) :::))))
(test '((2 3 1) (5 4)) (with-dots (1 2 3) (4 5)))
(define-syntax my-list-of
  (syntax-rules ::: () ((_ x :::) '(x ::: ...))))
(test '(1 2 ...) (my-list-of 1 2))
;; an ellipsis in the literals is a literal
(define-syntax dots-literal (syntax-rules (...) ((_ ...) 'dots) ((_ x) 'other)))
(test '(dots other) (list (dots-literal ...) (dots-literal 1)))
;; the ellipsis escape
(define-syntax escape (syntax-rules () ((_ x) '(x (... ...)))))
(test '(a ...) (escape a))
(define-syntax be-list (syntax-rules () ((_ x y ...) '((x y) ...))))
(test '((a b) (a c)) (be-list a b c))

(section "hygiene")
(define-syntax my-if
  (syntax-rules () ((_ c a b) (cond (c a) (else b)))))
(test 'b (let ((else #f)) (my-if #f 'a 'b)))
(define-syntax unhygienic-or
  (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(test 5 (let ((t 5)) (unhygienic-or #f t)))
(define-syntax define-getter
  (syntax-rules () ((_ name value) (begin (define hidden value) (define (name) hidden)))))
(define-getter get-one 1)
(define-getter get-two 2)
(test '(1 2) (list (get-one) (get-two)))
(define-syntax kw-shadow
  (syntax-rules () ((_ e) (let ((list vector)) e))))
(test '(1 2) (kw-shadow (list 1 2)))
(test 3 (let loop ((i 0)) (define-syntax again (syntax-rules () ((_ n) (loop n)))) (if (< i 3) (again (+ i 1)) i)))
(define-syntax ten (syntax-rules () ((_) 10)))
(define-syntax add-ten (syntax-rules () ((_ x) (+ x (ten)))))
(test 15 (let-syntax ((ten (syntax-rules () ((_) 0)))) (add-ten 5)))
(define-syntax def-macro-with
  (syntax-rules () ((_ name arg) (define-syntax name (syntax-rules () ((_ arg) (* arg 2)))))))
(def-macro-with double v)
(test 8 (double 4))
(test '(1 2) (let ()
               (define-syntax bind-x (syntax-rules () ((_ e) (let ((x 2)) (list e x)))))
               (let ((x 1)) (bind-x x))))
;; a macro that expands to internal definitions
(test 30 (let ()
           (define-syntax def2 (syntax-rules () ((_ a b v) (begin (define a v) (define b (* 2 v))))))
           (def2 p q 10)
           (+ p q)))
;; a macro use defined by a macro, used before another definition
(test '(1 . 2) (let ()
                 (define-syntax def (syntax-rules () ((_ n v) (define n v))))
                 (def a 1)
                 (define b 2)
                 (cons a b)))
;; Petrofsky: a macro whose template uses an identifier bound around it
(test 'outer (let ((x 'outer))
               (define-syntax get-x (syntax-rules () ((_) x)))
               (let ((x 'inner)) (get-x))))
(define-syntax my-cond
  (syntax-rules (else =>)
    ((_ (else e ...)) (begin e ...))
    ((_ (c => f) clause ...) (let ((t c)) (if t (f t) (my-cond clause ...))))
    ((_ (c e ...) clause ...) (if c (begin e ...) (my-cond clause ...)))))
(test 2 (my-cond (#f 1) ((assq 'b '((a . 1) (b . 2))) => cdr) (else 3)))
(test 3 (my-cond (#f 1) (else 3)))
;; a quoted template drops its scopes
(define-syntax quoted (syntax-rules () ((_ a) '(a b #(a c)))))
(test '(1 b #(1 c)) (quoted 1))
;; a pattern variable shadows outside names
(define-syntax shadows (syntax-rules () ((_ if) (list if))))
(test '(4) (shadows 4))
;; counting by CPS macros
(define-syntax count-args
  (syntax-rules () ((_) 0) ((_ x . r) (+ 1 (count-args . r)))))
(test 5 (count-args a b c d e))
(define-syntax rev
  (syntax-rules () ((_ () (x ...)) '(x ...)) ((_ (a . b) (x ...)) (rev b (a x ...)))))
(test '(3 2 1) (rev (1 2 3) ()))
;; generated temporaries are distinct
(define-syntax my-rotate!
  (syntax-rules ()
    ((_ a b c) (let ((t1 a) (t2 b) (t3 c)) (set! a t2) (set! b t3) (set! c t1)))))
(test '(2 3 1) (let ((t1 1) (t2 2) (t3 3)) (my-rotate! t1 t2 t3) (list t1 t2 t3)))
(define-syntax my-letrec
  (syntax-rules ()
    ((_ ((v i) ...) body ...) (my-letrec "temps" (v ...) () ((v i) ...) body ...))
    ((_ "temps" () (t ...) ((v i) ...) body ...)
     (let ((v #f) ...) (let ((t i) ...) (set! v t) ... body ...)))
    ((_ "temps" (x . y) (t ...) bindings body ...)
     (my-letrec "temps" y (new t ...) bindings body ...))))
(test #t (my-letrec ((ev? (lambda (n) (if (= n 0) #t (od? (- n 1)))))
                     (od? (lambda (n) (if (= n 0) #f (ev? (- n 1))))))
           (ev? 10)))

(finish)
