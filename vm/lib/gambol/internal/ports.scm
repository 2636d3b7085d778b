;;; The three current ports are parameters whose keys the virtual machine knows.

(define (check-port open? who expected)
  (lambda (port)
    (if (and (port? port) (open? port))
        port
        (%wrong-type who 0 expected port))))

(define current-input-port
  (make-port-parameter 'current-input-port 0
                       (check-port input-port? 'current-input-port "an input port")))
(define current-output-port
  (make-port-parameter 'current-output-port 1
                       (check-port output-port? 'current-output-port "an output port")))
(define current-error-port
  (make-port-parameter 'current-error-port 2
                       (check-port output-port? 'current-error-port "an output port")))

;; Closes the port when `f` returns, not when it escapes: it may be re-entered (R7RS 6.13.1).
(define (call-with-port port f)
  (if (not (port? port)) (%wrong-type 'call-with-port 0 "a port" port))
  (if (not (procedure? f)) (%non-procedure 'call-with-port 1 f))
  (call-with-values (lambda () (f port))
    (lambda vs (close-port port) (%values-list vs))))

(define (call-with-input-file name f)
  (if (not (procedure? f)) (%non-procedure 'call-with-input-file 1 f))
  (call-with-port (open-input-file name) f))
(define (call-with-output-file name f)
  (if (not (procedure? f)) (%non-procedure 'call-with-output-file 1 f))
  (call-with-port (open-output-file name) f))

(define (with-input-from-file name thunk)
  (if (not (procedure? thunk)) (%non-procedure 'with-input-from-file 1 thunk))
  (call-with-port (open-input-file name)
    (lambda (port) (%with-parameter current-input-port port thunk))))
(define (with-output-to-file name thunk)
  (if (not (procedure? thunk)) (%non-procedure 'with-output-to-file 1 thunk))
  (call-with-port (open-output-file name)
    (lambda (port) (%with-parameter current-output-port port thunk))))

(define (call-with-output-string f)
  (let ((port (open-output-string)))
    (f port)
    (get-output-string port)))
(define (call-with-input-string text f)
  (f (open-input-string text)))

(define (with-output-to-string thunk)
  (let ((port (open-output-string)))
    (%with-parameter current-output-port port thunk)
    (get-output-string port)))
(define (with-input-from-string text thunk)
  (%with-parameter current-input-port (open-input-string text) thunk))

(define write-line
  (case-lambda
    ((obj) (write obj) (newline))
    ((obj port) (write obj port) (newline port))))
