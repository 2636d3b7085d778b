;;; The writer of SRFI 38. `write-shared` labels pairs and vectors and counts from 0; here every
;;; shared object with a location has a label, and the first label is 1.

;; An eq table; the key to its layout is in `(gambol internal tables)`.
(define (make-labels) (%make-table 1 eq? eq-hash 16))

;; Whether it matters that two places hold the same object.
(define (location? x)
  (cond ((pair? x) #t)
        ((string? x) (not (eqv? 0 (string-length x))))
        ((vector? x) (not (eqv? 0 (vector-length x))))
        ((bytevector? x) (not (eqv? 0 (bytevector-length x))))
        (else
         (not (or (number? x) (symbol? x) (char? x) (boolean? x) (null? x) (eof-object? x)
                  (procedure? x))))))

;; Marks in `labels` what occurs once with #f, what occurs again with #t. Whether anything did.
(define (scan x labels)
  (let ((shared? #f))
    (let visit ((x x))
      (if (location? x)
          (if (%table-contains? labels x)
              (begin (%table-set! labels x #t) (set! shared? #t))
              (begin
                (%table-set! labels x #f)
                (cond ((pair? x) (visit (car x)) (visit (cdr x)))
                      ((vector? x) (vector-for-each visit x)))))))
    shared?))

;; The prefix by which a list like (quote x) is written, or #f. Its second pair must not be
;; referred to from elsewhere.
(define (abbreviation x labels)
  (let ((rest (cdr x)))
    (and (pair? rest)
         (null? (cdr rest))
         (not (%table-ref labels rest #f))
         (case (car x)
           ((quote) "'")
           ((quasiquote) "`")
           ((unquote) ",")
           ((unquote-splicing) ",@")
           (else #f)))))

(define (write-labelled x labels port)
  (let ((last-label 0))
    (define (write-any x)
      (let ((mark (and (location? x) (%table-ref labels x #f))))
        (cond ((not mark) (write-plain x))
              ((eq? mark #t)
               (set! last-label (+ last-label 1))
               (%table-set! labels x last-label)
               (write-label last-label "=")
               (write-plain x))
              (else (write-label mark "#")))))
    (define (write-label n suffix)
      (write-string "#" port)
      (write n port)
      (write-string suffix port))
    (define (write-plain x)
      (cond ((pair? x)
             (let ((prefix (abbreviation x labels)))
               (if prefix
                   (begin
                     (write-string prefix port)
                     (write-any (cadr x)))
                   (begin
                     (write-string "(" port)
                     (write-any (car x))
                     (write-tail (cdr x))))))
            ((vector? x)
             (let ((before "#("))
               (vector-for-each
                (lambda (item)
                  (write-string before port)
                  (set! before " ")
                  (write-any item))
                x)
               (if (eqv? 0 (vector-length x)) (write-string before port))
               (write-string ")" port)))
            (else (write x port))))
    (define (write-tail x)
      (cond ((null? x) (write-string ")" port))
            ((and (pair? x) (not (%table-ref labels x #f)))
             (write-string " " port)
             (write-any (car x))
             (write-tail (cdr x)))
            (else
             (write-string " . " port)
             (write-any x)
             (write-string ")" port))))
    (write-any x)))

;; The third argument may say how to write; there is nothing to choose here.
(define write-with-shared-structure
  (case-lambda
    ((x) (write-with-shared-structure x (current-output-port)))
    ((x port)
     (let ((labels (make-labels)))
       (if (scan x labels)
           (write-labelled x labels port)
           (write x port))))
    ((x port how) (write-with-shared-structure x port))))

;; The reader knows labels.
(define read-with-shared-structure
  (case-lambda
    (() (read))
    ((port) (read port))))

(define write/ss write-with-shared-structure)
(define read/ss read-with-shared-structure)
