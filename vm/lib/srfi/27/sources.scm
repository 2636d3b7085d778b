;;; A source is a record around the generator's state, which is a bytevector of four words. The
;;; generator itself is `vm/src/num/random.rs`.

(define-record-type random-source
  (wrap-state bytes)
  random-source?
  (bytes source-bytes))

(define state-length 32)

(define (check-source who s)
  (if (not (random-source? s)) (%wrong-type who 0 "a random source" s)))

;; Every source starts in the same state.
(define (make-random-source) (wrap-state (%make-random-source 0)))

(define default-random-source (make-random-source))

(define (random-source-make-integers s)
  (check-source 'random-source-make-integers s)
  (let ((bytes (source-bytes s)))
    (lambda (n)
      (if (and (exact-integer? n) (> n 0))
          (%random-integer bytes n)
          (%wrong-type 'random-integer 0 "a positive exact integer" n)))))

(define random-source-make-reals
  (case-lambda
    ((s)
     (check-source 'random-source-make-reals s)
     (let ((bytes (source-bytes s)))
       (lambda () (%random-real bytes))))
    ((s unit)
     (check-source 'random-source-make-reals s)
     (if (not (and (real? unit) (< 0 unit 1)))
         (%wrong-type 'random-source-make-reals 1 "a real between 0 and 1" unit))
     (if (exact? unit)
         (exact-reals (source-bytes s) unit)
         (inexact-reals (source-bytes s) unit)))))

;; The interval is cut into so many equal parts that none is longer than the unit.
(define (exact-reals bytes unit)
  (let ((parts (ceiling (/ 1 unit))))
    (lambda () (/ (+ 1 (%random-integer bytes (- parts 1))) parts))))

;; How far apart the numbers of `%random-real` are.
(define float-unit (expt 2. -52))

(define (inexact-reals bytes unit)
  (if (>= unit float-unit)
      (lambda () (%random-real bytes))
      (let ((next (exact-reals bytes (exact unit))))
        (lambda ()
          (let retry ()
            (let ((x (inexact (next))))
              ;; Close to 1 the numbers asked for are finer than floats.
              (if (< x 1.) x (retry))))))))

(define random-integer (random-source-make-integers default-random-source))
(define random-real (random-source-make-reals default-random-source))

;;; States are lists of a name and a bytevector, so that they can be written and read.

(define state-name 'xoshiro256++)

(define (random-source-state-ref s)
  (check-source 'random-source-state-ref s)
  (list state-name (bytevector-copy (source-bytes s))))

(define (state? x)
  (and (list? x) (= (length x) 2)
       (eq? (car x) state-name)
       (bytevector? (cadr x))
       (= (bytevector-length (cadr x)) state-length)))

(define (random-source-state-set! s state)
  (check-source 'random-source-state-set! s)
  (if (not (state? state))
      (%wrong-type 'random-source-state-set! 1 "a state of a random source" state))
  (bytevector-copy! (source-bytes s) 0 (cadr state)))

;; From the system's source of entropy where there is one, else from the clock.
(define (random-source-randomize! s)
  (check-source 'random-source-randomize! s)
  (bytevector-copy! (source-bytes s) 0 (or (system-entropy) (%make-random-source))))

(define (system-entropy)
  (guard (e ((file-error? e) #f))
    (let ((bytes (call-with-port (open-binary-input-file "/dev/urandom")
                   (lambda (port) (read-bytevector state-length port)))))
      (and (bytevector? bytes)
           (= (bytevector-length bytes) state-length)
           bytes))))

;;; The source with two indices starts in a state every word of which depends on both, by the
;;; finisher of splitmix64; different indices below 2^95 never have the same state.

(define (word n) (bitwise-and n (- (expt 2 64) 1)))

(define golden #x9e3779b97f4a7c15)

(define (mix z)
  (let* ((z (word (* (bitwise-xor z (arithmetic-shift z -30)) #xbf58476d1ce4e5b9)))
         (z (word (* (bitwise-xor z (arithmetic-shift z -27)) #x94d049bb133111eb))))
    (bitwise-xor z (arithmetic-shift z -31))))

;; One number for two, by diagonals.
(define (pair-number i j)
  (+ (quotient (* (+ i j) (+ i j 1)) 2) j))

;; A hash of all words of n.
(define (digest n)
  (let loop ((n n) (hash golden))
    (let ((hash (mix (word (+ hash golden n)))) (rest (arithmetic-shift n -64)))
      (if (eqv? rest 0) hash (loop rest hash)))))

(define (random-source-pseudo-randomize! s i j)
  (check-source 'random-source-pseudo-randomize! s)
  (if (not (exact-nonnegative-integer? i))
      (%wrong-type 'random-source-pseudo-randomize! 1 "a nonnegative exact integer" i))
  (if (not (exact-nonnegative-integer? j))
      (%wrong-type 'random-source-pseudo-randomize! 2 "a nonnegative exact integer" j))
  (let* ((n (pair-number i j)) (hash (digest n)) (bytes (source-bytes s)))
    (let loop ((k 0) (n n))
      (if (< k 4)
          (begin
            (store-word! bytes (* k 8) (mix (word (+ hash (* k golden) n))))
            (loop (+ k 1) (arithmetic-shift n -64)))))))

(define (store-word! bytes at w)
  (let loop ((k 0) (w w))
    (if (< k 8)
        (begin
          (bytevector-u8-set! bytes (+ at k) (bitwise-and w 255))
          (loop (+ k 1) (arithmetic-shift w -8))))))
