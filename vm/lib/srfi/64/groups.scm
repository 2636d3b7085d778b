;;; Groups of tests.

(define (report r)
  (if (not (reported? r))
      (begin
        (reported! r #t)
        ((test-runner-on-final r) r))))

(define test-begin
  (case-lambda
    ((name) (test-begin name #f))
    ((name count)
     (if (and count (not (exact-nonnegative-integer? count)))
         (%wrong-type 'test-begin 1 "an exact nonnegative integer" count))
     (let* ((current (test-runner-current))
            (r (or current (test-runner-create))))
       (if (not current) (test-runner-current r))
       (reported! r #f)
       (test-name! r name)
       ((test-runner-on-group-begin r) r name count)
       (groups! r (cons (make-group name count 0 (skipped r) (failing r) (not current))
                        (groups r)))))))

(define test-end
  (case-lambda
    (()
     (leave-group (test-runner-get) #f #f))
    ((name)
     (leave-group (test-runner-get) #t name))))

(define (leave-group r named? name)
  (if (null? (groups r)) (assertion-violation 'test-end "no group has been begun"))
  (let* ((g (car (groups r))) (planned (group-planned g)))
    (if (and planned (not (= planned (group-seen g))))
        ((test-runner-on-bad-count r) r (group-seen g) planned))
    (if (and named? (not (equal? name (group-name g))))
        ((test-runner-on-bad-end-name r) r (group-name g) name))
    ((test-runner-on-group-end r) r)
    (groups! r (cdr (groups r)))
    (skipped! r (group-skipped g))
    (failing! r (group-failing g))
    (count-in-group! r)
    (if (null? (groups r)) (report r))
    (if (group-installed? g) (test-runner-current #f))))

;; Whether a group of this name is to be skipped. If so, it counts as a test skipped.
(define (skip-group? name)
  (let ((r (test-runner-current)))
    (and r
         (begin
           (test-name! r name)
           (any-matches? (skipped r) r))
         (begin
           (test-result-clear r)
           (test-result-set! r 'result-kind 'skip)
           (skip-count! r (+ (test-runner-skip-count r) 1))
           (count-in-group! r)
           #t))))

(define (run-group name body)
  (if (not (skip-group? name))
      (dynamic-wind
       (lambda () (test-begin name))
       body
       (lambda () (test-end name)))))

(define-syntax test-group
  (syntax-rules ()
    ((_ name) (run-group name (lambda () #f)))
    ((_ name body1 body2 ...) (run-group name (lambda () body1 body2 ...)))))

(define-syntax test-group-with-cleanup
  (syntax-rules ()
    ((_ name cleanup) (test-group name cleanup))
    ((_ name body1 body2 ... cleanup)
     (test-group name
       (dynamic-wind
        (lambda () #f)
        (lambda () body1 body2 ...)
        (lambda () cleanup))))))
