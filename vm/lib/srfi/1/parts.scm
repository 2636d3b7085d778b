;;; Making lists, asking about them, and taking them apart.

(define (xcons a b) (cons b a))

(define (list-tabulate n f)
  (if (not (exact-nonnegative-integer? n)) (%bad-range 'list-tabulate 0 n))
  (if (not (procedure? f)) (%non-procedure 'list-tabulate 1 f))
  (let loop ((i (- n 1)) (l '()))
    (if (< i 0) l (loop (- i 1) (cons (f i) l)))))

(define (circular-list first . rest)
  (let ((l (cons first rest)))
    (set-cdr! (last-pair l) l)
    l))

(define iota
  (case-lambda
    ((n) (iota n 0 1))
    ((n start) (iota n start 1))
    ((n start step)
     (if (not (and (exact-integer? n) (>= n 0))) (%bad-range 'iota 0 n))
     ;; Each element is a product, so that inexact steps do not add up their errors.
     (let loop ((i (- n 1)) (l '()))
       (if (< i 0) l (loop (- i 1) (cons (+ start (* i step)) l)))))))

;; Two runners, one at double speed: they meet exactly when the list is circular.
(define (ending l)
  (let loop ((fast l) (slow l))
    (cond
      ((not (pair? fast)) fast)
      ((not (pair? (cdr fast))) (cdr fast))
      (else
       (let ((fast (cddr fast)) (slow (cdr slow)))
         (if (eq? fast slow) 'circular (loop fast slow)))))))

(define (proper-list? l) (null? (ending l)))
(define (circular-list? l)
  (and (pair? l)
       (let loop ((fast l) (slow l))
         (and (pair? fast)
              (let ((fast (cdr fast)))
                (and (pair? fast)
                     (let ((fast (cdr fast)) (slow (cdr slow)))
                       (or (eq? fast slow) (loop fast slow)))))))))
(define (dotted-list? l)
  (and (not (circular-list? l)) (not (null? (ending l)))))
(define (not-pair? x) (not (pair? x)))
(define (null-list? l)
  (cond ((pair? l) #f)
        ((null? l) #t)
        (else (%wrong-type 'null-list? 0 "a list" l))))

(define (list2= same? a b)
  (let loop ((a a) (b b))
    (cond ((null? a) (null? b))
          ((null? b) #f)
          ((same? (car a) (car b)) (loop (cdr a) (cdr b)))
          (else #f))))
(define (list= same? . lists)
  (or (null? lists)
      (let loop ((a (car lists)) (more (cdr lists)))
        (or (null? more)
            (and (or (eq? a (car more)) (list2= same? a (car more)))
                 (loop (car more) (cdr more)))))))

;; Defines the accessor of an element by the number of pairs before it.
(define-syntax define-nth
  (syntax-rules ()
    ((_ (name before) ...)
     (begin (define (name l) (nth 'name l before)) ...))))
(define (nth who l before)
  (let loop ((rest l) (k before))
    (cond ((not (pair? rest)) (too-short who l (+ before 1)))
          ((= k 0) (car rest))
          (else (loop (cdr rest) (- k 1))))))
(define (too-short who l n)
  (%wrong-type who 0 (string-append "a list of at least " (number->string n) " elements") l))

(define-nth
  (first 0) (second 1) (third 2) (fourth 3) (fifth 4)
  (sixth 5) (seventh 6) (eighth 7) (ninth 8) (tenth 9))
(define (car+cdr pair)
  (if (pair? pair)
      (values (car pair) (cdr pair))
      (%wrong-type 'car+cdr 0 "a pair" pair)))

;; What is left of `l` after `n` elements.
(define (tail who l n)
  (if (not (exact-nonnegative-integer? n)) (%wrong-type who 1 "a nonnegative exact integer" n))
  (let loop ((rest l) (k n))
    (cond ((= k 0) rest)
          ((pair? rest) (loop (cdr rest) (- k 1)))
          (else (%bad-range who 1 n)))))

(define (take l n)
  (tail 'take l n)
  (list-head l n))
(define (drop l n) (tail 'drop l n))

(define (take-right l n)
  (let loop ((ahead (tail 'take-right l n)) (l l))
    (if (pair? ahead) (loop (cdr ahead) (cdr l)) l)))
(define (drop-right l n)
  (let loop ((ahead (tail 'drop-right l n)) (l l))
    (if (pair? ahead) (cons (car l) (loop (cdr ahead) (cdr l))) '())))

(define (take! l n)
  (cut! 'take! l n)
  (if (= n 0) '() l))
(define (drop-right! l n)
  (let ((ahead (tail 'drop-right! l n)))
    (if (pair? ahead)
        (let loop ((ahead (cdr ahead)) (at l))
          (if (pair? ahead)
              (loop (cdr ahead) (cdr at))
              (begin (set-cdr! at '()) l)))
        '())))

;; Ends `l` after `n` elements; the rest is what is returned.
(define (cut! who l n)
  (let ((after (tail who l n)))
    (if (> n 0) (set-cdr! (list-tail l (- n 1)) '()))
    after))

(define (split-at l n)
  (let ((after (tail 'split-at l n)))
    (values (list-head l n) after)))
(define (split-at! l n)
  (let ((after (cut! 'split-at! l n)))
    (values (if (= n 0) '() l) after)))

(define (last l) (car (last-pair l)))

(define (concatenate lists) (%apply append lists))
(define (concatenate! lists) (%apply append! lists))

(define (zip l . more) (%apply map list l more))
(define (unzip1 l) (map car l))
(define (unzip2 l) (values (map car l) (map cadr l)))
(define (unzip3 l) (values (map car l) (map cadr l) (map caddr l)))
(define (unzip4 l) (values (map car l) (map cadr l) (map caddr l) (map cadddr l)))
(define (unzip5 l)
  (values (map car l) (map cadr l) (map caddr l) (map cadddr l)
          (map (lambda (row) (car (cddddr row))) l)))
