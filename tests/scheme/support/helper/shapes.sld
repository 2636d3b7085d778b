;;; Exports of every kind.

(define-library (helper shapes)
  (export plain
          (rename inner outer)
          (rename plain plain-again)
          swap! make-point point? point-x
          count bump!
          car (rename cdr rest)
          unless-zero => (rename my-else else-word))
  (import (scheme base))
  (begin
    (define plain 'plain)
    (define (inner) hidden)
    (define hidden 'hidden)
    (define-record-type point (make-point x) point? (x point-x))
    (define count 0)
    (define (bump!) (set! count (+ count 1)) count)
    ;; Uses what is not exported.
    (define (helper-of-macro x) (list hidden x))
    (define-syntax unless-zero
      (syntax-rules (my-else)
        ((_ n my-else e) (if (= n 0) e (helper-of-macro n)))
        ((_ n) (if (= n 0) 'zero (helper-of-macro n)))))
    (define-syntax my-else (syntax-rules ()))
    (define-syntax swap!
      (syntax-rules ()
        ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))))
