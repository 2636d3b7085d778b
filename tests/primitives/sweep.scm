;;; Calls primitives with everything. A call may have a value or raise a condition that names
;;; the primitive; what else happens is printed on a line that starts with BAD.

(define bad 0)
(define (complain names arguments . what)
  (set! bad (+ bad 1))
  (let ((out (p:%stderr-port)))
    (p:display "BAD (" out) (p:display (car names) out)
    (for-each (lambda (a) (p:display " " out) (p:display a out)) arguments)
    (p:display "):" out)
    (for-each (lambda (w) (p:display " " out) (p:display w out)) what)
    (p:newline out)))

;; Kinds of conditions that come from elsewhere: a full heap.
(define storage 64)
(define (has-kind? condition kind) (odd? (quotient (p:%condition-ref condition 0) kind)))

;; `names` are those a condition may have.
(define (judge names must-fail? arguments thunk)
  (let ((raised
         (call-with-current-continuation
          (lambda (k)
            (with-exception-handler
             (lambda (e) (k (list e)))
             (lambda () (thunk) #f))))))
    (cond
      ((not raised)
       (if must-fail? (complain names arguments "no error")))
      ((not (p:condition? (car raised)))
       (complain names arguments "raised something that is no condition"))
      ((not (or (memq (p:%condition-ref (car raised) 1) names) (has-kind? (car raised) storage)))
       (complain names arguments "another name:" (p:%condition-report (car raised)))))))

;; A sample: its name, a thunk that makes one, the types it is of.
(define (sample name)
  (let ((found (assq name samples)))
    (if found ((cadr found)) (error "no such sample" name))))
(define (good type) (cdr (assq type goods)))

(define (apply-to name procedure must-fail? names)
  (judge name must-fail? names (lambda () (apply procedure (map sample names)))))

(define (take l n) (if (= n 0) '() (cons (car l) (take (cdr l) (- n 1)))))
(define (replace l n x) (if (= n 0) (cons x (cdr l)) (cons (car l) (replace (cdr l) (- n 1) x))))

;; Too few and too many arguments.
(define (sweep-counts name procedure required optional rest)
  (let ((needed (map good required)) (all (map good (append required optional))))
    (do ((n 0 (+ n 1))) ((= n (length needed)))
      (apply-to name procedure #t (take needed n)))
    (if (not rest)
        (begin
          (apply-to name procedure #t (append all '(one)))
          (apply-to name procedure #t (append all '(one symbol list one one one one)))))))

;; Every sample in every position, with good arguments around it.
(define (sweep-types name procedure required optional rest excluded)
  (let* ((types (append required optional (if rest (list rest rest) '())))
         (all (map good types)))
    (do ((p 0 (+ p 1))) ((= p (length types)))
      (let ((type (list-ref types p))
            (arguments (take all (max (length required) (+ p 1)))))
        (for-each
         (lambda (s)
           (if (not (memq (car s) excluded))
               (apply-to name procedure
                         (not (or (eq? type 'Obj) (memq type (caddr s))))
                         (replace arguments p (car s)))))
         samples)))))

;; Random arguments, of the right number more often than not.
(define seed 1)
(define (random n)
  (set! seed (modulo (+ (* seed 1103515245) 12345) 2147483648))
  (modulo (quotient seed 65536) n))
(define (sweep-random name procedure least excluded rounds)
  (do ((i 0 (+ i 1))) ((= i rounds))
    (let loop ((n (if (= 0 (random 4)) (random 6) (+ least (random 3)))) (names '()))
      (if (= n 0)
          (apply-to name procedure #f names)
          (let ((s (car (list-ref samples (random (length samples))))))
            (if (memq s excluded) (loop n names) (loop (- n 1) (cons s names))))))))

(define (sweep name procedure required optional rest excluded rounds)
  (sweep-counts name procedure required optional rest)
  (sweep-types name procedure required optional rest excluded)
  (sweep-random name procedure (length required) excluded rounds))
