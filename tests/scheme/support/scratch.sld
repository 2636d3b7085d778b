;;; Files that a suite may write: suites run side by side in one directory.

(define-library (scratch)
  (export scratch-name call-with-scratch-file)
  (import (scheme base) (scheme file) (scheme time))
  (begin
    (define count 0)

    (define (scratch-name)
      (set! count (+ count 1))
      (string-append "gambol-suite-"
                     (number->string (exact (floor (* 1e6 (current-second)))) 36) "-"
                     (number->string (current-jiffy) 36) "-"
                     (number->string count)))

    ;; Calls `f` with a name that no file has; what it made is gone afterwards.
    (define (call-with-scratch-file f)
      (let ((name (scratch-name)))
        (dynamic-wind
         (lambda () #f)
         (lambda () (f name))
         (lambda () (if (file-exists? name) (delete-file name))))))))
