;;; The call-backs of the simple runner. It shows on the current output port what did not go as
;;; expected, and at the end how many tests went how.

(define (test-on-test-begin-simple r) #f)
(define (test-on-group-begin-simple r name count) #f)
(define (test-on-group-end-simple r) #f)

;; Writes names that are not empty, with colons between.
(define (show-names names)
  (let loop ((l (delete "" names)) (before ""))
    (if (pair? l)
        (begin
          (display before)
          (display (car l))
          (loop (cdr l) ": ")))))

(define (show-property r name title)
  (let ((entry (assq name (test-result-alist r))))
    (if entry
        (begin
          (display "  ") (display title)
          (if (condition? (cdr entry))
              (display (%condition-report (cdr entry)))
              (write (cdr entry)))
          (newline)))))

(define (test-on-test-end-simple r)
  (let ((kind (test-result-kind r)))
    (if (memq kind '(fail xpass))
        (begin
          (display (if (eq? kind 'fail) "FAIL " "PASSED UNEXPECTEDLY "))
          (show-names (append (test-runner-group-path r) (list (test-runner-test-name r))))
          (newline)
          (show-property r 'source-form "test:     ")
          (show-property r 'expected-value "expected: ")
          (show-property r 'actual-value "got:      ")
          (show-property r 'expected-error "expected an error: ")
          (show-property r 'actual-error "raised:   ")))))

(define (test-on-bad-count-simple r actual planned)
  (display "WRONG COUNT ") (show-names (test-runner-group-path r)) (display ": ")
  (display planned) (display " tests were planned, ")
  (display actual) (display " were seen")
  (newline))

(define (test-on-bad-end-name-simple r begun ended)
  (assertion-violation 'test-end "the group that ends is another than the one begun:" ended begun))

(define (test-on-final-simple r)
  (define (show n text)
    (if (> n 0) (begin (display ", ") (display n) (display text))))
  (display (test-runner-pass-count r)) (display " passed, ")
  (display (test-runner-fail-count r)) (display " failed")
  (show (test-runner-xfail-count r) " failed as expected")
  (show (test-runner-xpass-count r) " passed unexpectedly")
  (show (test-runner-skip-count r) " skipped")
  (newline))
