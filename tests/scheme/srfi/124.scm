;;; SRFI 124: ephemerons.
(import (scheme base) (check) (srfi 124) (only (gambol runtime) collect-garbage))

(section "the parts")
(define key (list 'key))
(define e (make-ephemeron key (list 'datum)))
(test '(#t #f) (map ephemeron? (list e (cons key 1))))
(test '((key) (datum) #f) (list (ephemeron-key e) (ephemeron-datum e) (ephemeron-broken? e)))
(test #t (eq? key (ephemeron-key e)))
(test-error (ephemeron-key 5))
(test-error (ephemeron-datum 5))

(section "collections")
;; While the key is alive, everything stays.
(collect-garbage)
(test '(#f (datum)) (list (ephemeron-broken? e) (ephemeron-datum e)))
(reference-barrier key)
(define (make-broken)
  (let loop ((i 0) (l '()))
    (if (= i 20) l (loop (+ i 1) (cons (let ((k (list i))) (make-ephemeron k k)) l)))))
;; A key that only its own datum reaches does not live. One of many may still be in a register.
(define broken (make-broken))
(collect-garbage)
(define (count-broken l)
  (let loop ((l l) (n 0)) (if (null? l) n (loop (cdr l) (if (ephemeron-broken? (car l)) (+ n 1) n)))))
(test-true (>= (count-broken broken) 18))
;; Numbers and symbols do not die.
(define lasting (make-ephemeron 'symbol 5))
(collect-garbage)
(test '(#f 5) (list (ephemeron-broken? lasting) (ephemeron-datum lasting)))
;; A chain of ephemerons: each datum is the key of the next.
(define (chain n)
  (let loop ((i 0) (key key) (l '()))
    (if (= i n) l (let ((next (list i))) (loop (+ i 1) next (cons (make-ephemeron key next) l))))))
(define links (chain 50))
(collect-garbage)
(test 0 (count-broken links))
(reference-barrier key)
(finish)
