;;; Evaluation at run time: forms are compiled one by one and run, so that each sees the
;;; definitions and macros of those before it.

(define-library (gambol internal evaluation)
  (export eval load environment interaction-environment
          scheme-report-environment null-environment)
  (import (gambol primitives) (gambol syntax)
          (gambol internal control) (gambol internal ports))
  (begin
    (define eval
      (case-lambda
        ((form) (%run-thunks (%compile form (%interaction-environment))))
        ((form env) (%run-thunks (%compile form env)))))

    ;; A form before the first that fails has been evaluated when the failure is found.
    (define load
      (case-lambda
        ((name) (load name (%interaction-environment)))
        ((name env)
         (call-with-input-file name
           (lambda (port)
             (%skip-script-line port)
             (let loop ()
               (let ((form (read port)))
                 (if (not (eof-object? form))
                     (begin (%run-thunks (%compile form env)) (loop))))))))))

    (define (%run-thunks thunks)
      (cond ((null? thunks) (if #f #f))
            ((null? (cdr thunks)) ((car thunks)))
            (else ((car thunks)) (%run-thunks (cdr thunks)))))
    (define (environment . import-sets)
      (let ((made (%environment import-sets)))
        (%run-thunks (cdr made))
        (car made)))
    (define (interaction-environment) (%interaction-environment))

    (define (check-version who version)
      (if (not (memv version '(5 7)))
          (assertion-violation who "only versions 5 and 7 of the report are known" version)))
    (define (scheme-report-environment version)
      (check-version 'scheme-report-environment version)
      (apply environment (if (= version 7)
                        '((scheme base) (scheme case-lambda) (scheme char) (scheme complex)
                          (scheme cxr) (scheme eval) (scheme file) (scheme inexact)
                          (scheme lazy) (scheme load) (scheme process-context)
                          (scheme read) (scheme repl) (scheme time) (scheme write))
                        '((scheme r5rs)))))
    (define (null-environment version)
      (check-version 'null-environment version)
      (apply environment '((gambol syntax) (only (scheme lazy) delay))))))
