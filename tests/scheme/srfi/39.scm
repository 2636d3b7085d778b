;;; SRFI 39: parameter objects.
(import (except (scheme base) make-parameter parameterize) (check) (srfi 39))

(define radix
  (make-parameter 10 (lambda (x) (if (and (exact-integer? x) (<= 2 x 16)) x (error "invalid radix")))))
(define write-shared
  (make-parameter #f (lambda (x) (if (boolean? x) x (error "only booleans are accepted")))))
(define prompt (make-parameter 123 (lambda (x) (if (string? x) x (number->string x 10)))))

(section "values and converters")
(test '(10 #f "123") (list (radix) (write-shared) (prompt)))
(radix 2)
(prompt ">")
(test '(2 ">") (list (radix) (prompt)))
(test-error (radix 0))
(test 2 (radix))
(test-error (make-parameter 0 5))
(test-error (make-parameter 1 (lambda (x) (error "no"))))

(section "parameterize")
(define (f n) (number->string n (radix)))
(test '("1010" "12" "1010" "1010")
      (let* ((a (f 10))
             (b (parameterize ((radix 8)) (f 10)))
             (c (parameterize ((radix 8) (prompt (f 10))) (prompt)))
             (d (f 10)))
        (list a b c d)))
(test-error (parameterize ((radix 0)) 'never))
(test-error (parameterize ((5 0)) 'never))
(test '(16 ((8) 4) 2)
      (let* ((a (parameterize ((radix 16)) (radix)))
             (b (parameterize ((radix 8)) (list (list (radix)) (parameterize ((radix 4)) (radix))))))
        (list a b (radix))))
;; Setting within the extent of a binding changes that binding.
(test '(3 2) (let ((inner (parameterize ((radix 8)) (radix 3) (radix)))) (list inner (radix))))
;; The binding is left and entered again with the extent.
(test '(8 2 8 2) (let ((k #f) (l '()) (again? #t))
                   (parameterize ((radix 8)) (call/cc (lambda (c) (set! k c))) (set! l (cons (radix) l)))
                   (set! l (cons (radix) l))
                   (if again? (begin (set! again? #f) (k #f)))
                   (reverse l)))
(test 3 (parameterize () 3))
(test 5 (parameterize ((radix 5)) (define r (radix)) r))
;; A call in tail position of a procedure sees the binding in force.
(test '(8 2) (let ((look (lambda () (radix)))) (list (parameterize ((radix 8)) (look)) (look))))
;; The values are all there before any binding is.
(test '(2 8)
      (let ((other (make-parameter 0)))
        (parameterize ((radix 8) (other (radix))) (list (other) (radix)))))
(finish)
