;;; SRFI 28: basic format strings.

(define-library (srfi 28)
  (export format)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (begin
    (define (format template . objects)
      (if (not (string? template)) (%wrong-type 'format 0 "a string" template))
      (let ((out (open-output-string)) (end (string-length template)))
        ;; Text between directives is written in one piece: `start` is where it begins.
        (let loop ((start 0) (objects objects))
          (let ((tilde (%string-index template #\~ start end)))
            (write-string template out start (or tilde end))
            (if tilde
                (let ((directive (and (< (+ tilde 1) end)
                                      (string-ref template (+ tilde 1)))))
                  (case directive
                    ((#\a #\s)
                     (if (null? objects)
                         (error "format: too few objects for the template" template))
                     ((if (char=? directive #\a) display write) (car objects) out)
                     (loop (+ tilde 2) (cdr objects)))
                    ((#\%) (newline out) (loop (+ tilde 2) objects))
                    ((#\~) (write-char #\~ out) (loop (+ tilde 2) objects))
                    (else
                     (error "format: unknown directive" template directive)))))))
        (get-output-string out)))))
