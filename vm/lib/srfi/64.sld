;;; SRFI 64: an API for test suites.

(define-library (srfi 64)
  (export
   ;; tests
   test-assert test-eqv test-eq test-equal test-approximate test-error test-read-eval-string
   ;; groups
   test-begin test-end test-group test-group-with-cleanup
   ;; specifiers
   test-match-name test-match-nth test-match-any test-match-all test-skip test-expect-fail
   ;; runners
   test-runner? test-runner-current test-runner-get test-runner-simple test-runner-null
   test-runner-create test-runner-factory test-runner-reset test-apply test-with-runner
   ;; results
   test-result-kind test-passed? test-result-ref test-result-set! test-result-remove
   test-result-clear test-result-alist
   ;; call-backs
   test-runner-on-test-begin test-runner-on-test-begin!
   test-runner-on-test-end test-runner-on-test-end!
   test-runner-on-group-begin test-runner-on-group-begin!
   test-runner-on-group-end test-runner-on-group-end!
   test-runner-on-bad-count test-runner-on-bad-count!
   test-runner-on-bad-end-name test-runner-on-bad-end-name!
   test-runner-on-final test-runner-on-final!
   test-on-test-begin-simple test-on-test-end-simple
   test-on-group-begin-simple test-on-group-end-simple
   test-on-bad-count-simple test-on-bad-end-name-simple test-on-final-simple
   ;; components
   test-runner-pass-count test-runner-fail-count test-runner-xpass-count
   test-runner-xfail-count test-runner-skip-count
   test-runner-test-name test-runner-group-path test-runner-group-stack
   test-runner-aux-value test-runner-aux-value!)
  (import (gambol primitives) (gambol syntax)
          (gambol internal control) (gambol internal lists) (gambol internal ports)
          (only (gambol internal evaluation) eval))
  (include "64/runner.scm" "64/specifiers.scm" "64/groups.scm" "64/tests.scm" "64/simple.scm"))
