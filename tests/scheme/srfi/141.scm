;;; SRFI 141: integer division.
(import (scheme base) (srfi 141) (check))

(define big (expt 10 40))
;; All signs, halves, multiples, and operands of one and of several words.
(define numerators
  (append '(0 1 -1 2 -2 3 -3 4 -4 5 -5 6 -6 7 -7 8 -8 9 -9 10 -10)
          (list 1152921504606846975 -1152921504606846976 1152921504606846976
                (* 3 (expt 2 60)) (- (* 3 (expt 2 60)))
                big (- big) (+ big 1) (- -1 big) (* 5 big) (* -5 big) (* 7 (quotient big 2)))))
(define denominators
  (append '(1 -1 2 -2 3 -3 4 -4 5 -5 7 -7 10 -10)
          (list (expt 2 60) (- (expt 2 60)) (expt 2 61) big (- big) (+ big 3) (- -3 big) (* 2 big)
                (* -2 big))))

;; The numerators and denominators for which the family is not what its definition says.
(define (wrong divide quotient-only remainder-only right-quotient?)
  (let ((wrong '()))
    (for-each
     (lambda (n)
       (for-each
        (lambda (d)
          (call-with-values (lambda () (divide n d))
            (lambda (q r)
              (if (not (and (exact-integer? q)
                            (= n (+ (* d q) r))
                            (< (abs r) (abs d))
                            (right-quotient? n d q r)
                            (eqv? q (quotient-only n d))
                            (eqv? r (remainder-only n d))))
                  (set! wrong (cons (list n d q r) wrong))))))
        denominators))
     numerators)
    wrong))

(section "definitions")
(test '() (wrong floor/ floor-quotient floor-remainder
                 (lambda (n d q r) (= q (floor (/ n d))))))
(test '() (wrong ceiling/ ceiling-quotient ceiling-remainder
                 (lambda (n d q r) (= q (ceiling (/ n d))))))
(test '() (wrong truncate/ truncate-quotient truncate-remainder
                 (lambda (n d q r) (= q (truncate (/ n d))))))
(test '() (wrong round/ round-quotient round-remainder
                 (lambda (n d q r) (= q (round (/ n d))))))
(test '() (wrong euclidean/ euclidean-quotient euclidean-remainder
                 (lambda (n d q r)
                   (and (= q (if (> d 0) (floor (/ n d)) (ceiling (/ n d))))
                        (<= 0 r) (< r (abs d))))))
(test '() (wrong balanced/ balanced-quotient balanced-remainder
                 (lambda (n d q r) (and (<= (- (abs (/ d 2))) r) (< r (abs (/ d 2)))))))

(section "examples")
(define (results divide)
  (map (lambda (n d) (call-with-values (lambda () (divide n d)) list))
       '(13 -13 13 -13) '(4 4 -4 -4)))
(test '((3 1) (-4 3) (-4 -3) (3 -1)) (results floor/))
(test '((4 -3) (-3 -1) (-3 1) (4 3)) (results ceiling/))
(test '((3 1) (-3 -1) (-3 1) (3 -1)) (results truncate/))
(test '((3 1) (-3 -1) (-3 1) (3 -1)) (results round/))
(test '((3 1) (-4 3) (-3 1) (4 3)) (results euclidean/))
(test '((3 1) (-3 -1) (-3 1) (3 -1)) (results balanced/))
;; Ties: to the even quotient, or to the remainder -|d/2|.
(test '(0 2 2 -0 -2 -2) (map (lambda (n) (round-quotient n 2)) '(1 3 5 -1 -3 -5)))
(test '(1 -1 1 -1 -1 1) (map (lambda (n) (round-remainder n 2)) '(1 3 5 -1 -5 -3)))
(test '(-2 -1 0 1 -2 -1 0 1) (map (lambda (n) (balanced-remainder n 4)) '(-2 -1 0 1 2 3 4 5)))
(test '(-2 -1 0 1 -2 -1 0 1) (map (lambda (n) (balanced-remainder n -4)) '(-2 -1 0 1 2 3 4 5)))
(test '(1 -1) (map (lambda (d) (balanced-quotient 2 d)) '(4 -4)))
;; Three contiguous numerators share a quotient.
(test '((0 0 0) (0 0 0))
      (list (map (lambda (n) (truncate-quotient n 7)) '(1 0 -1))
            (map (lambda (n) (round-quotient n 7)) '(1 0 -1))))
(test (expt 2 60) (ceiling-quotient (- (expt 2 60)) -1))

(section "inexact integers")
(define divisions (list floor/ ceiling/ truncate/ round/ euclidean/ balanced/))
(define (all n d)
  (map (lambda (divide) (call-with-values (lambda () (divide n d)) list)) divisions))
(test '((-4. 3.) (-3. -1.) (-3. -1.) (-3. -1.) (-4. 3.) (-3. -1.)) (all -13. 4))
(test '((-4. -3.) (-3. 1.) (-3. 1.) (-3. 1.) (-3. 1.) (-3. 1.)) (all 13 -4.))
(test '((3. 1.) (4. -3.) (3. 1.) (3. 1.) (3. 1.) (3. 1.)) (all 13. 4.))
(define far (modulo (exact 1e300) 7))
(test (list (inexact (- far 7)) (inexact far))
      (list (ceiling-remainder 1e300 7.) (euclidean-remainder 1e300 7.)))

(section "errors")
(define parts
  (list floor-quotient floor-remainder ceiling-quotient ceiling-remainder truncate-quotient
        truncate-remainder round-quotient round-remainder euclidean-quotient
        euclidean-remainder balanced-quotient balanced-remainder))
(for-each
 (lambda (f)
   (for-each (lambda (n d) (test-error (f n d)))
             '(1 1. 1/2 1 a 1 1.5 +inf.0) '(0 0. 2 2/3 1 "1" 2. 2.)))
 (append divisions parts))

(finish)
