;;; Lazy evaluation (R7RS 4.2.5): promises that chain in bounded space, as in SRFI 45.

(define-library (gambol internal promises)
  (export delay delay-force make-promise promise? force eager lazy
          cons-stream)
  (import (gambol primitives) (gambol syntax))
  (begin
    (define-syntax delay-force
      (syntax-rules ()
        ((_ expression) (%make-promise #f (lambda () expression)))))

    (define-syntax delay
      (syntax-rules ()
        ((_ expression) (%make-promise #f (lambda () (%make-promise #t expression))))))

    (define-syntax lazy
      (syntax-rules () ((_ expression) (delay-force expression))))

    (define-syntax cons-stream
      (syntax-rules () ((_ head tail) (cons head (delay tail)))))

    (define (eager value) (%make-promise #t value))

    (define (make-promise value)
      (if (promise? value) value (%make-promise #t value)))

    ;; A loop, not a recursion: the promise that the thunk yields hands its content over, and
    ;; a chain of any length runs in constant space. The thunk may have forced this very
    ;; promise, hence the second look.
    (define (force promise)
      (if (promise? promise)
          (let loop ()
            (if (%promise-done? promise)
                (%promise-value promise)
                (let ((next ((%promise-value promise))))
                  (if (not (%promise-done? promise))
                      (%promise-update! next promise))
                  (loop))))
          promise))))
