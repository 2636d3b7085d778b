;;; The test framework of our own suites. A passing suite prints one line; each failure prints
;;; what was asked, expected and got. A suite calls `finish` last, which sets the exit code.

(define-library (check)
  (export section test test-true test-false test-values test-approx test-error test-raises
          test-output finish)
  (import (scheme base) (scheme write) (scheme inexact) (scheme process-context))
  (begin
    (define passed 0)
    (define failed 0)
    (define where "")

    ;; Later failures are reported under `title`.
    (define (section title) (set! where title))

    (define (same? a b)
      (or (equal? a b)
          (and (number? a) (number? b) (inexact? a) (inexact? b)
               (real? a) (real? b) (nan? a) (nan? b))))

    (define (pass) (set! passed (+ passed 1)))
    (define (fail form what expected got)
      (set! failed (+ failed 1))
      (let ((out (current-error-port)))
        (display "FAIL " out) (display where out) (display ": " out)
        (write form out) (newline out)
        (display "  expected " out) (write expected out) (newline out)
        (display "  " out) (display what out) (display " " out)
        (if (error-object? got)
            (begin
              (write (error-object-message got) out) (display " " out)
              (write (error-object-irritants got) out))
            (write got out))
        (newline out)))

    ;; Runs `thunk`; an exception arrives in `on-raise` outside of what was raised.
    (define (attempt thunk on-value on-raise)
      ((call-with-current-continuation
        (lambda (k)
          (with-exception-handler
           (lambda (e) (k (lambda () (on-raise e))))
           (lambda ()
             (let ((v (thunk))) (lambda () (on-value v)))))))))

    (define (run-test form expected thunk good?)
      (attempt thunk
               (lambda (v) (if (good? expected v) (pass) (fail form "got" expected v)))
               (lambda (e) (fail form "raised" expected e))))

    (define-syntax test
      (syntax-rules ()
        ((_ expected expression)
         (run-test 'expression expected (lambda () expression) same?))))
    (define-syntax test-true
      (syntax-rules ()
        ((_ expression)
         (run-test 'expression "a true value" (lambda () expression) (lambda (e v) v)))))
    (define-syntax test-false
      (syntax-rules () ((_ expression) (test #f expression))))
    (define-syntax test-values
      (syntax-rules ()
        ((_ (expected ...) expression)
         (run-test 'expression (list expected ...)
                   (lambda () (call-with-values (lambda () expression) list)) same?))))

    (define (close? a b)
      (<= (magnitude-of (- a b)) (* 1e-12 (+ 1 (magnitude-of a)))))
    (define (magnitude-of x) (if (< x 0) (- x) x))
    (define-syntax test-approx
      (syntax-rules ()
        ((_ expected expression)
         (run-test 'expression expected (lambda () expression) close?))))

    ;; Passes when the expression raises an error object (of any kind).
    (define-syntax test-error
      (syntax-rules ()
        ((_ expression)
         (attempt (lambda () expression)
                  (lambda (v) (fail 'expression "got" "an error" v))
                  (lambda (e)
                    (if (error-object? e)
                        (pass)
                        (fail 'expression "raised" "an error object" e)))))))
    ;; Passes when the expression raises something that satisfies the predicate.
    (define-syntax test-raises
      (syntax-rules ()
        ((_ good? expression)
         (attempt (lambda () expression)
                  (lambda (v) (fail 'expression "got" "an exception" v))
                  (lambda (e)
                    (if (good? e)
                        (pass)
                        (fail 'expression "raised" 'good? e)))))))

    ;; Compares what the expressions write to the current output port.
    (define-syntax test-output
      (syntax-rules ()
        ((_ expected expression ...)
         (test expected
               (let ((port (open-output-string)))
                 (parameterize ((current-output-port port)) expression ...)
                 (get-output-string port))))))

    (define (finish)
      (display passed) (display " passed, ")
      (display failed) (display " failed") (newline)
      (exit (if (= failed 0) 0 1)))))
