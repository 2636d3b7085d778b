;;; SRFI 34: exceptions for programs.
(import (except (scheme base) guard raise with-exception-handler else =>) (scheme write) (check) (srfi 34))

(section "with-exception-handler and raise")
(test '(caught an-error)
      (call/cc
        (lambda (k)
          (with-exception-handler (lambda (e) (k (list 'caught e))) (lambda () (+ 1 (raise 'an-error)))))))
(test 42 (with-exception-handler (lambda (e) 'unused) (lambda () 42)))
;; The handler runs in the context of the raise, with the outer handler.
(test '(outer (inner x))
      (call/cc
        (lambda (k)
          (with-exception-handler
            (lambda (e) (k (list 'outer e)))
            (lambda ()
              (with-exception-handler (lambda (e) (raise (list 'inner e))) (lambda () (raise 'x))))))))
;; A handler must not return from `raise`.
(test-error (with-exception-handler (lambda (e) 'ignored) (lambda () (+ 1 (raise 'an-error)))))
(test-error (with-exception-handler 5 (lambda () 1)))

(section "guard")
(test 'positive (guard (e ((and (number? e) (> e 0)) 'positive) ((number? e) 'other)) (raise 1)))
(test 'other (guard (e ((and (number? e) (> e 0)) 'positive) ((number? e) 'other)) (raise -1)))
(test 42 (guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'a 42)))))
(test '(b . 23) (guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'b 23)))))
(test '(else 5) (guard (e (#f 'no) (else (list 'else e))) (raise 5)))
(test 7 (guard (e (else 'no)) 3 7))
;; No clause fits: raised again, for the handler outside.
(test '(outer 5) (guard (e (#t (list 'outer e))) (guard (e ((symbol? e) 'inner)) (raise 5))))
(test 'zero
      (call/cc
        (lambda (k)
          (with-exception-handler
            (lambda (e) (k 'zero))
            (lambda () (guard (e ((positive? e) 'positive) ((negative? e) 'negative)) (raise 0)))))))
;; Clauses are evaluated outside of the body, and an unwanted exception returns into it.
(test '(in out clause)
      (let ((l '()))
        (guard (e (#t (set! l (cons 'clause l))))
          (dynamic-wind
            (lambda () (set! l (cons 'in l)))
            (lambda () (raise 1))
            (lambda () (set! l (cons 'out l)))))
        (reverse l)))
(test '(in out in out done)
      (let ((l '()))
        (call/cc
          (lambda (k)
            (with-exception-handler
              (lambda (e) (k 1))
              (lambda ()
                (guard (e ((string? e) 'no))
                  (dynamic-wind
                    (lambda () (set! l (cons 'in l)))
                    (lambda () (raise 1))
                    (lambda () (set! l (cons 'out l)))))))))
        (reverse (cons 'done l))))
(test "out"
      (let ((p (open-output-string)))
        (guard (e (#t (display "out" p))) (display "" p) (raise 'x))
        (get-output-string p)))
(finish)
