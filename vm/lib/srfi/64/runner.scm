;;; The runner: counts, results of the latest test, the groups entered, specifiers in force, and
;;; the call-backs that make one runner different from another.

(define-record-type test-runner
  (make-runner on-test-begin on-test-end on-group-begin on-group-end
               on-bad-count on-bad-end-name on-final)
  test-runner?
  (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
  (on-test-end test-runner-on-test-end test-runner-on-test-end!)
  (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
  (on-group-end test-runner-on-group-end test-runner-on-group-end!)
  (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
  (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
  (on-final test-runner-on-final test-runner-on-final!)
  (pass-count test-runner-pass-count pass-count!)
  (fail-count test-runner-fail-count fail-count!)
  (xpass-count test-runner-xpass-count xpass-count!)
  (xfail-count test-runner-xfail-count xfail-count!)
  (skip-count test-runner-skip-count skip-count!)
  (result test-result-alist result!)
  (test-name test-runner-test-name test-name!)
  (aux test-runner-aux-value test-runner-aux-value!)
  ;; The groups entered, innermost first.
  (groups groups groups!)
  ;; Specifiers: skipped and expected to fail are tests that match any of them; with
  ;; `test-apply` in force, only tests run that match one of each list of `wanted`.
  (skipped skipped skipped!)
  (failing failing failing!)
  (wanted wanted wanted!)
  ;; Whether the latest results have been reported by `on-final`.
  (reported? reported? reported!))

;; A group entered: its name, the number of tests announced or #f, those seen so far, the
;; specifiers to go back to, and whether its `test-begin` installed the runner.
(define-record-type group
  (make-group name planned seen skipped failing installed?)
  group?
  (name group-name)
  (planned group-planned)
  (seen group-seen group-seen!)
  (skipped group-skipped)
  (failing group-failing)
  (installed? group-installed?))

(define (test-runner-reset r)
  (pass-count! r 0)
  (fail-count! r 0)
  (xpass-count! r 0)
  (xfail-count! r 0)
  (skip-count! r 0)
  (result! r '())
  (test-name! r "")
  (groups! r '())
  (skipped! r '())
  (failing! r '())
  (wanted! r '())
  (reported! r #f))

(define (new-runner . call-backs)
  (let ((r (%apply make-runner call-backs)))
    (test-runner-reset r)
    (test-runner-aux-value! r #f)
    r))

(define (test-runner-null)
  (define (ignore r . more) #f)
  (new-runner ignore ignore ignore ignore ignore ignore ignore))

(define (test-runner-simple)
  (new-runner test-on-test-begin-simple test-on-test-end-simple
              test-on-group-begin-simple test-on-group-end-simple
              test-on-bad-count-simple test-on-bad-end-name-simple
              test-on-final-simple))

(define test-runner-current
  (make-parameter #f (lambda (r)
                       (if (and r (not (test-runner? r)))
                           (%wrong-type 'test-runner-current 0 "a test runner" r))
                       r)))

(define (test-runner-get)
  (or (test-runner-current)
      (assertion-violation 'test-runner-get "there is no current test runner")))

(define test-runner-factory
  (make-parameter test-runner-simple
                  (lambda (f)
                    (if (not (procedure? f)) (%non-procedure 'test-runner-factory 0 f))
                    f)))
(define (test-runner-create) ((test-runner-factory)))

;;; Groups

(define (test-runner-group-stack r) (map group-name (groups r)))
(define (test-runner-group-path r) (reverse (test-runner-group-stack r)))

;; One more test or inner group has been seen in the current group.
(define (count-in-group! r)
  (if (pair? (groups r))
      (let ((g (car (groups r))))
        (group-seen! g (+ (group-seen g) 1)))))

;;; Results. The list is never changed, so that call-backs can keep it.

(define test-result-ref
  (case-lambda
    ((r name) (test-result-ref r name #f))
    ((r name default)
     (let ((entry (assq name (test-result-alist r))))
       (if entry (cdr entry) default)))))

(define (without name l)
  (remove (lambda (entry) (eq? (car entry) name)) l))
(define (test-result-set! r name value)
  (result! r (cons (cons name value) (without name (test-result-alist r)))))
(define (test-result-remove r name)
  (result! r (without name (test-result-alist r))))
(define (test-result-clear r) (result! r '()))

(define test-result-kind
  (case-lambda
    (() (test-result-kind (test-runner-get)))
    ((r) (test-result-ref r 'result-kind))))
(define test-passed?
  (case-lambda
    (() (test-passed? (test-runner-get)))
    ((r) (and (memq (test-result-kind r) '(pass xpass)) #t))))
