;;; Reads a text, writes and reads what came of it again, in every way: see write.rs.
(import (scheme base) (scheme read) (scheme write))

(define (attempt thunk)
  (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (if (error-object? e) e (raise e)))) thunk))))

;; The datums of a text up to an error; and the error, if there is one.
(define (datums text)
  (let ((port (open-input-string text)))
    (let loop ((all '()))
      (let ((x (attempt (lambda () (read port)))))
        (cond ((eof-object? x) (values (reverse all) #f))
              ((error-object? x) (values (reverse all) x))
              (else (loop (cons x all))))))))

(define (written writer x)
  (let ((port (open-output-string)))
    (writer x port)
    (get-output-string port)))

(define (read-back text)
  (let-values (((all e) (datums text)))
    (if (or e (not (= (length all) 1)))
        (error "written, but not to be read:" text all e)
        (car all))))

(define (round-trip x)
  (for-each
   (lambda (writer)
     (let* ((text (written writer x)) (again (read-back text)))
       (if (not (equal? x again)) (error "reads as another datum:" text again))
       (let ((text-again (written writer again)))
         (if (not (string=? text text-again)) (error "is written differently:" text text-again)))))
   (list write write-shared)))

(define (check text count whole?)
  (let-values (((all e) (datums text)))
    (if (not (and (= (length all) count) (eq? whole? (not e))))
        (error "the readers do not agree:" text (length all) count e)
        (for-each round-trip all))))
