;;; R7RS 6.11: exceptions.
(import (scheme base) (scheme write) (scheme read) (scheme file) (check))

(section "6.11 with-exception-handler")
(test 'exception
      (call/cc (lambda (k) (with-exception-handler (lambda (e) (k 'exception)) (lambda () (+ 1 (raise 'an-error)))))))
(test 65 (with-exception-handler
          (lambda (con) (if (string? con) 42 0))
          (lambda () (+ (raise-continuable "should be a number") 23))))
(test '(1 2) (call-with-values (lambda () (with-exception-handler (lambda (e) 0) (lambda () (values 1 2)))) list))
(test '(1 2) (call-with-values
               (lambda () (with-exception-handler (lambda (e) (values 1 2)) (lambda () (raise-continuable 0)))) list))
;; The handler runs with the outer handler installed.
(test '(outer (inner x))
      (with-exception-handler
       (lambda (e) (list 'outer e))
       (lambda ()
         (with-exception-handler
          (lambda (e) (raise-continuable (list 'inner e)))
          (lambda () (raise-continuable 'x))))))
;; After raise-continuable the inner handler is back.
(test '(1 1) (with-exception-handler
              (lambda (e) 'outer)
              (lambda ()
                (with-exception-handler
                 (lambda (e) 1)
                 (lambda () (let* ((a (raise-continuable 'x)) (b (raise-continuable 'y))) (list a b)))))))
;; A handler that returns from `raise`: a secondary exception for the outer handler.
(test 'secondary
      (call/cc (lambda (k)
                 (with-exception-handler
                  (lambda (e) (k (if (eq? e 'x) 'primary 'secondary)))
                  (lambda () (with-exception-handler (lambda (e) 'ignored) (lambda () (raise 'x))))))))
(test-error (with-exception-handler 5 (lambda () 1)))
(test-error (with-exception-handler (lambda (e) 1) 5))
;; Errors of primitives go to the handler, too, and cannot be continued.
(test '(caught secondary)
      (let ((trace '()))
        (call/cc (lambda (k)
                   (with-exception-handler
                    (lambda (e) (set! trace (cons 'secondary trace)) (k 0))
                    (lambda ()
                      (with-exception-handler
                       (lambda (e) (set! trace (cons 'caught trace)) 1)
                       (lambda () (+ 1 (car 5))))))))
        (reverse trace)))

(section "6.11 error objects")
(define (caught thunk) (call/cc (lambda (k) (with-exception-handler k thunk))))
(test '(#t "BOOM!" (1 2 3))
      (let ((e (caught (lambda () (error "BOOM!" 1 2 3)))))
        (list (error-object? e) (error-object-message e) (error-object-irritants e))))
(test '(#t "none" ()) (let ((e (caught (lambda () (error "none")))))
                        (list (error-object? e) (error-object-message e) (error-object-irritants e))))
(test '(#f #f) (list (error-object? 'x) (error-object? (list "a" 1))))
(test #t (error-object? (caught (lambda () (car 1)))))
(test #t (string? (error-object-message (caught (lambda () (vector-ref (vector 1) 5))))))
(test '(5) (error-object-irritants (caught (lambda () (vector-ref (vector 1) 5)))))
(test #t (read-error? (caught (lambda () (read (open-input-string ")"))))))
(test #t (read-error? (caught (lambda () (read (open-input-string "(1 . "))))))
(test #f (file-error? (caught (lambda () (read (open-input-string ")"))))))
(test #t (file-error? (caught (lambda () (open-input-file "/no/such/file/here")))))
(test #f (read-error? (caught (lambda () (open-input-file "/no/such/file/here")))))
(test '(#f #f) (let ((e (caught (lambda () (error "x"))))) (list (read-error? e) (file-error? e))))
(test '(#f #f) (list (read-error? 1) (file-error? 'x)))
(test 'obj (caught (lambda () (raise 'obj))))
(test #f (caught (lambda () (raise #f))))

(section "6.11 and 4.2.7 guard")
(test '(symbol x) (guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise 'x)))
(test '(string "y") (guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise "y")))
(test '(else 1) (guard (e ((symbol? e) 'symbol) (else (list 'else e))) (raise 1)))
(test '(again 1) (guard (o ((number? o) (list 'again o))) (guard (e ((symbol? e) 'no)) (raise 1))))
(test 3 (guard (e ((assq 'a e) => cdr)) (raise '((a . 3)))))
(test '(message "m" (1)) (guard (e ((error-object? e) (list 'message (error-object-message e) (error-object-irritants e))))
                           (error "m" 1)))
;; The clauses run outside of the body's winders, the reraise runs inside again.
(test '(in out caught)
      (let ((t '()))
        (define (add x) (set! t (cons x t)))
        (guard (e (#t (add 'caught)))
          (dynamic-wind (lambda () (add 'in)) (lambda () (raise 'x)) (lambda () (add 'out))))
        (reverse t)))
(test '(in out test in out caught)
      (let ((t '()))
        (define (add x) (set! t (cons x t)))
        (guard (e (#t (add 'caught)))
          (guard (e ((begin (add 'test) #f) 'never))
            (dynamic-wind (lambda () (add 'in)) (lambda () (raise 'x)) (lambda () (add 'out)))))
        (reverse t)))
;; A raise-continuable that no clause wants is answered by the outer handler and continues.
(test 11 (with-exception-handler
          (lambda (e) 10)
          (lambda () (guard (e ((string? e) 'no)) (+ 1 (raise-continuable 'x))))))
;; The handlers of the clauses are those of the guard expression.
(test '(outer y) (guard (e (#t (list 'outer e))) (guard (e (#t (raise 'y))) (raise 'x))))
;; Parameters are those of the guard expression.
(define p (make-parameter 1))
(test '(1 x) (guard (e (#t (list (p) e))) (parameterize ((p 2)) (raise 'x))))
(test 2 (parameterize ((p 2)) (guard (e (#t (p))) (parameterize ((p 3)) (car 5)))))
(test '(2) (let ((seen '()))
             (guard (e (#t seen))
               (with-exception-handler
                (lambda (e) (set! seen (cons (p) seen)) (raise e))
                (lambda () (parameterize ((p 2)) (raise 'x)))))))
;; In a loop: a guard must leave nothing behind.
(test 10000 (let loop ((i 0)) (if (= i 10000) i (loop (guard (e (#t (+ i 1))) (raise i))))))
(test 10000 (let loop ((i 0)) (if (= i 10000) i (loop (guard (e ((string? e) 0)) (+ i 1))))))
(test 1000 (let loop ((i 0)) (if (= i 1000) 1000 (begin (guard (e (#t 1)) (guard (e ((string? e) 2)) (raise 'x))) (loop (+ i 1))))))
;; An escape through the guard.
(test 'out (call/cc (lambda (k) (guard (e (#t 'in)) (k 'out)))))
(test 'yes (guard (e (#f 1) (#t 'yes)) (error "x")))

(finish)
