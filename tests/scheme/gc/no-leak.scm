;; heavy
;; options --nursery=64K --heap-max=64M
;;; Ten thousand minor collections and several hundred cycles over a steady set of live objects
;;; of every kind leave heap, stacks and tables as they were.
(import (scheme base) (scheme file) (scheme read) (scheme write) (gambol runtime) (gambol weak) (gambol guardian) (srfi 69) (check))

;; Pages of memory the process has, where the system says so.
(define (resident)
  (if (file-exists? "/proc/self/statm")
      (call-with-input-file "/proc/self/statm" (lambda (p) (read p) (read p)))
      0))
(define (counter name)
  (if (eq? name 'resident) (resident) (cdr (assq name (gc-stats)))))

(define table (make-hash-table))
(define live (make-vector 1000 '()))
(define guard-of (make-guardian))

;; Everything that is made here dies or replaces what was there before.
(define (work i)
  (let ((k (modulo i 1000)))
    (vector-set! live k (list i (make-vector 20 i) (number->string i) (* i 1.5e300)))
    (hash-table-set! table k (make-string 10 #\a))
    (hash-table-set! table (- (modulo i 77)) (lambda () k))
    (string->symbol (string-append "symbol-" (number->string i)))
    (guard-of (list k))
    (guard-of)
    (make-weak-pair (list i) k)
    (call-with-current-continuation (lambda (c) (if (= k 500) (c 1) 2)))
    (let ((p (open-output-string))) (write i p) (get-output-string p))
    (guard (e (#t 'caught)) (if (= k 7) (raise (list i)) k))
    (parameterize () (expt 3 (modulo i 200)))
    (if (= 0 (modulo i 1000)) (make-vector 10000 i))))

(define (round n)
  (do ((i 0 (+ i 1))) ((= i n)) (work i))
  (collect-garbage)
  (collect-garbage))

;; Rounds until the counter has grown by `n`.
(define (rounds-until name n)
  (let ((goal (+ n (counter name))))
    (let loop () (if (< (counter name) goal) (begin (round 5000) (loop))))))

(define counters '(resident live-bytes heap-bytes external-bytes stack-chunks symbols templates variables))
(rounds-until 'minor-collections 500)
(define before (map counter counters))
(rounds-until 'minor-collections 10000)
(define after-minor (map counter counters))
(do ((i 0 (+ i 1))) ((= i 300)) (work i) (collect-garbage))
(define after-cycles (map counter counters))

;; A tenth more is noise: what happens to be alive at the moment.
(define (steady? name old new)
  (<= new (+ (* 11/10 old) (case name ((live-bytes heap-bytes) 65536) ((external-bytes) 262144) (else 500)))))
(for-each (lambda (name a b c)
            (test (list name #t #t) (list name (steady? name a b) (steady? name a c))))
          counters before after-minor after-cycles)
(test #t (> (counter 'cycles) 300))
(finish)
