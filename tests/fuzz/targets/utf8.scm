;;; Reads a file as text in several ways and compares with what is expected: see utf8.rs.
(import (scheme base) (scheme file) (scheme read) (scheme write))

(define (attempt thunk)
  (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (if (error-object? e) e (raise e)))) thunk))))

;; Everything `next` gets from the port, with #f for errors.
(define (drain next port)
  (let loop ((all '()))
    (let ((item (attempt (lambda () (next port)))))
      (if (eof-object? item)
          (reverse all)
          (loop (cons (if (error-object? item) #f item) all))))))

(define (code c) (and c (char->integer c)))

;; What is peeked at is what is read then.
(define (peek-and-read port)
  (let* ((peeked (peek-char port)) (c (read-char port)))
    (if (eqv? peeked c) c (error "peeked at and read" peeked c))))

(define (same what expected got)
  (if (not (equal? expected got))
      (error "differs:" what expected got)))

(define (from-file name take) (call-with-port (open-input-file name) take))
;; What `next` gets from a file after its first `lead` characters.
(define (drain-file name lead next)
  (from-file name (lambda (p) (read-string lead p) (drain next p))))

(define (check input expected lead)
  (let* ((answers (from-file expected read))
         (codes (car answers))
         (bytes (call-with-port (open-binary-input-file input) (lambda (p) (read-bytevector 1000000 p))))
         (bytes (if (eof-object? bytes) (bytevector) bytes)))
    (same "read-char" codes (map code (drain-file input lead read-char)))
    (same "read-line" (cadr answers) (from-file input (lambda (p) (drain read-line p))))
    (if (not (memv #f codes))
        (let ((text (list->string (map integer->char codes))))
          (same "peek-char" codes (map code (drain-file input lead peek-and-read)))
          (same "read-string" text
                (apply string-append (drain-file input lead (lambda (p) (read-string 7 p)))))
          (same "string->utf8" (bytevector-copy bytes lead) (string->utf8 text))))
    (let ((text (attempt (lambda () (utf8->string bytes lead)))))
      (if (error-object? text)
          (same "index of utf8->string" (list (caddr answers)) (map (lambda (i) (- i lead)) (error-object-irritants text)))
          (same "utf8->string" (caddr answers) (map char->integer (string->list text)))))))
