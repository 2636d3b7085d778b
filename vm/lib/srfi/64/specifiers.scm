;;; Specifiers: which tests are meant. Those in force are all asked before each test, whatever
;;; the others said, because they may count.

(define (specifier who position x)
  (cond ((procedure? x) x)
        ((exact-integer? x) (test-match-nth 1 x))
        ((string? x) (test-match-name x))
        (else (%wrong-type who position "a specifier of tests" x))))

(define (specifiers who l)
  (let loop ((l l) (position 0))
    (if (pair? l)
        (cons (specifier who position (car l)) (loop (cdr l) (+ position 1)))
        '())))

(define (any-matches? l r)
  (fold (lambda (matches? found?) (if (matches? r) #t found?)) #f l))
(define (all-match? l r)
  (fold (lambda (matches? all?) (if (matches? r) all? #f)) #t l))

(define (test-match-name name)
  (lambda (r) (equal? name (test-runner-test-name r))))

(define test-match-nth
  (case-lambda
    ((n) (test-match-nth n 1))
    ((n count)
     (if (not (exact-integer? n)) (%wrong-type 'test-match-nth 0 "an exact integer" n))
     (if (not (exact-integer? count)) (%wrong-type 'test-match-nth 1 "an exact integer" count))
     (let ((calls 0))
       (lambda (r)
         (set! calls (+ calls 1))
         (and (>= calls n) (< calls (+ n count))))))))

(define (test-match-any . l)
  (let ((l (specifiers 'test-match-any l)))
    (lambda (r) (any-matches? l r))))
(define (test-match-all . l)
  (let ((l (specifiers 'test-match-all l)))
    (lambda (r) (all-match? l r))))

(define (test-skip x)
  (let ((r (test-runner-get)))
    (skipped! r (cons (specifier 'test-skip 0 x) (skipped r)))))
(define (test-expect-fail x)
  (let ((r (test-runner-get)))
    (failing! r (cons (specifier 'test-expect-fail 0 x) (failing r)))))

;; What is to become of the test whose name the runner holds: skip, xfail or #f.
(define (plan r)
  (let* ((wanted? (fold (lambda (l wanted?) (if (any-matches? l r) wanted? #f)) #t (wanted r)))
         (skip? (any-matches? (skipped r) r))
         (fail? (any-matches? (failing r) r)))
    (cond ((or skip? (not wanted?)) 'skip)
          (fail? 'xfail)
          (else #f))))

;;; Running with a runner

(define-syntax test-with-runner
  (syntax-rules ()
    ((_ runner body1 body2 ...)
     (parameterize ((test-runner-current runner)) body1 body2 ...))))

(define (test-apply first . rest)
  (cond
    ((test-runner? first)
     (if (null? rest) (assertion-violation 'test-apply "there is no procedure to call"))
     (test-with-runner first (apply-wanted first rest)))
    ((test-runner-current) => (lambda (r) (apply-wanted r (cons first rest))))
    (else
     (let ((r (test-runner-create)))
       (test-with-runner r
         (apply-wanted r (cons first rest))
         (report r))))))

;; `arguments` are specifiers and the procedure.
(define (apply-wanted r arguments)
  (let* ((backwards (reverse arguments))
         (procedure (car backwards))
         (l (specifiers 'test-apply (reverse (cdr backwards))))
         (outer (wanted r)))
    (if (not (procedure? procedure))
        (%non-procedure 'test-apply (- (length arguments) 1) procedure))
    (if (null? l)
        (procedure)
        (dynamic-wind
         (lambda () (wanted! r (cons l outer)))
         procedure
         (lambda () (wanted! r outer))))))
