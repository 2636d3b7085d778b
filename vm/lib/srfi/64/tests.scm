;;; Tests. The forms hand over thunks, so that a test that is skipped evaluates nothing, and one
;;; whose expected value cannot be computed fails like any other.

;; Runs one test by `body`, a procedure of the runner that tells whether it passes.
(define (run-test name form body)
  (let ((r (test-runner-get)))
    (test-result-clear r)
    (test-result-set! r 'source-form form)
    (test-name! r name)
    (let ((kind (plan r)))
      (if kind (test-result-set! r 'result-kind kind)))
    ((test-runner-on-test-begin r) r)
    ;; The call-back may have changed its fate.
    (let ((kind (test-result-kind r)))
      (if (not (eq? kind 'skip))
          (let ((passed? (guard (e (else (test-result-set! r 'actual-error e) #f))
                           (body r))))
            (test-result-set! r 'result-kind
                              (if (eq? kind 'xfail)
                                  (if passed? 'xpass 'xfail)
                                  (if passed? 'pass 'fail))))))
    (count-result! r)
    ((test-runner-on-test-end r) r)))

(define (count-result! r)
  (count-in-group! r)
  (case (test-result-kind r)
    ((pass) (pass-count! r (+ (test-runner-pass-count r) 1)))
    ((fail) (fail-count! r (+ (test-runner-fail-count r) 1)))
    ((xpass) (xpass-count! r (+ (test-runner-xpass-count r) 1)))
    ((xfail) (xfail-count! r (+ (test-runner-xfail-count r) 1)))
    ((skip) (skip-count! r (+ (test-runner-skip-count r) 1)))))

(define (note-actual r value)
  (test-result-set! r 'actual-value value)
  value)
(define (note-expected r value)
  (test-result-set! r 'expected-value value)
  value)

(define (run-assert name form actual)
  (run-test name form (lambda (r) (note-actual r (actual)))))

(define (run-comparison name form same? expected actual)
  (run-test name form
            (lambda (r)
              (let ((expected (note-expected r (expected))))
                (same? expected (note-actual r (actual)))))))

(define (run-approximate name form expected actual tolerance)
  (run-test name form
            (lambda (r)
              (let* ((expected (note-expected r (expected)))
                     (actual (note-actual r (actual)))
                     (tolerance (tolerance)))
                (and (>= actual (- expected tolerance))
                     (<= actual (+ expected tolerance)))))))

;; The type is #t for whatever is raised, or a predicate of what must be raised.
(define (run-error name form type actual)
  (run-test name form
            (lambda (r)
              (let ((type (type)))
                (test-result-set! r 'expected-error type)
                (if (not (or (eq? type #t) (procedure? type)))
                    (%wrong-type 'test-error 0 "#t or a predicate" type))
                (guard (e (else
                           (test-result-set! r 'actual-error e)
                           (or (eq? type #t) (type e))))
                  (note-actual r (actual))
                  #f)))))

(define-syntax test-assert
  (syntax-rules ()
    ((_ name expression)
     (run-assert name '(test-assert name expression) (lambda () expression)))
    ((_ expression)
     (run-assert "" '(test-assert expression) (lambda () expression)))))

(define-syntax define-comparison
  (syntax-rules ()
    ((_ test same?)
     (define-syntax test
       (syntax-rules ()
         ((_ name expected expression)
          (run-comparison name '(test name expected expression) same?
                          (lambda () expected) (lambda () expression)))
         ((_ expected expression)
          (run-comparison "" '(test expected expression) same?
                          (lambda () expected) (lambda () expression))))))))
(define-comparison test-eq eq?)
(define-comparison test-eqv eqv?)
(define-comparison test-equal equal?)

(define-syntax test-approximate
  (syntax-rules ()
    ((_ name expected expression tolerance)
     (run-approximate name '(test-approximate name expected expression tolerance)
                      (lambda () expected) (lambda () expression) (lambda () tolerance)))
    ((_ expected expression tolerance)
     (run-approximate "" '(test-approximate expected expression tolerance)
                      (lambda () expected) (lambda () expression) (lambda () tolerance)))))

(define-syntax test-error
  (syntax-rules ()
    ((_ name type expression)
     (run-error name '(test-error name type expression)
                (lambda () type) (lambda () expression)))
    ((_ type expression)
     (run-error "" '(test-error type expression) (lambda () type) (lambda () expression)))
    ((_ expression)
     (run-error "" '(test-error expression) (lambda () #t) (lambda () expression)))))

(define (test-read-eval-string text)
  (let* ((port (open-input-string text)) (form (read port)))
    (cond
      ((eof-object? form) (assertion-violation 'test-read-eval-string "nothing to read in" text))
      ((eof-object? (peek-char port)) (eval form))
      (else
       (assertion-violation 'test-read-eval-string "something follows the datum in" text)))))
