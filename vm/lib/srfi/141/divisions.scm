;;; Four families of division beside those of R7RS.
;;;
;;; Each starts from the truncated quotient q and its remainder r, and differs from it by a step
;;; of -1, 0 or 1: the quotient is then q + step, the remainder r - step * d. A family is the
;;; procedure that finds its step.

;; The quotient q + r/d lies above q.
(define (above? r d) (eq? (negative? r) (negative? d)))

(define (ceiling-step q r d)
  (if (and (not (eqv? r 0)) (above? r d)) 1 0))

;; To the nearest, and to the even one of two that are equally near.
(define (round-step q r d)
  (let ((twice (* 2 (abs r))) (size (abs d)))
    (cond ((or (> twice size) (and (= twice size) (odd? q)))
           (if (above? r d) 1 -1))
          (else 0))))

;; The remainder is never negative.
(define (euclidean-step q r d)
  (cond ((not (negative? r)) 0)
        ((negative? d) 1)
        (else -1)))

;; The remainder is at least -|d|/2 and less than |d|/2.
(define (balanced-step q r d)
  (let ((twice (* 2 r)) (size (abs d)))
    (cond ((>= twice size) (if (negative? d) -1 1))
          ((< twice (- size)) (if (negative? d) 1 -1))
          (else 0))))

(define (exact-operands? n d)
  (and (exact-integer? n) (exact-integer? d) (not (eqv? d 0))))

;; The operands of a division that is not exact, or not possible at all. An inexact one is done
;; exactly and rounded once at the end.
(define (exact-operands who n d)
  (if (not (integer? n)) (%wrong-type who 0 "an integer" n))
  (if (not (integer? d)) (%wrong-type who 1 "an integer" d))
  (if (zero? d) (assertion-violation who "division by zero" n d))
  (values (exact n) (exact d)))

(define-syntax define-division
  (syntax-rules ()
    ((_ (both quotient-only remainder-only) find-step)
     (begin
       (define (both n d)
         (if (exact-operands? n d)
             (let* ((q (quotient n d)) (r (- n (* q d))) (step (find-step q r d)))
               (values (+ q step) (- r (* step d))))
             (call-with-values
              (lambda () (call-with-values (lambda () (exact-operands 'both n d)) both))
              (lambda (q r) (values (inexact q) (inexact r))))))
       (define (quotient-only n d)
         (if (exact-operands? n d)
             (let* ((q (quotient n d)) (r (- n (* q d))))
               (+ q (find-step q r d)))
             (inexact
              (call-with-values (lambda () (exact-operands 'quotient-only n d)) quotient-only))))
       (define (remainder-only n d)
         (if (exact-operands? n d)
             (let* ((q (quotient n d)) (r (- n (* q d))))
               (- r (* (find-step q r d) d)))
             (inexact
              (call-with-values (lambda () (exact-operands 'remainder-only n d))
                                remainder-only))))))))

(define-division (ceiling/ ceiling-quotient ceiling-remainder) ceiling-step)
(define-division (round/ round-quotient round-remainder) round-step)
(define-division (euclidean/ euclidean-quotient euclidean-remainder) euclidean-step)
(define-division (balanced/ balanced-quotient balanced-remainder) balanced-step)
