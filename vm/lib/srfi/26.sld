;;; SRFI 26: cut and cute, procedures by leaving slots open. The slots `<>` and `<...>` are names
;;; without a meaning of their own, so that `(only (srfi 26) cut)` is enough to use them.

(define-library (srfi 26)
  (export cut cute)
  (import (gambol primitives) (gambol syntax) (gambol internal control))
  (begin
    (define-syntax cut
      (syntax-rules () ((_ . parts) (cut-aux () () . parts))))

    ;; (cut-aux (parameter ...) (operator operand ...) part ...)
    (define-syntax cut-aux
      (syntax-rules (<> <...>)
        ((_ (parameter ...) (operator operand ...))
         (lambda (parameter ...) ((begin operator) operand ...)))
        ((_ (parameter ...) (operator operand ...) <...>)
         (lambda (parameter ... . more) (apply operator operand ... more)))
        ((_ (parameter ...) (part ...) <> . rest)
         (cut-aux (parameter ... slot) (part ... slot) . rest))
        ((_ parameters (part ...) expression . rest)
         (cut-aux parameters (part ... expression) . rest))))

    (define-syntax cute
      (syntax-rules () ((_ . parts) (cute-aux () () () . parts))))

    ;; The same with bindings first, for expressions evaluated once.
    (define-syntax cute-aux
      (syntax-rules (<> <...>)
        ((_ bindings (parameter ...) (operator operand ...))
         (let bindings (lambda (parameter ...) ((begin operator) operand ...))))
        ((_ bindings (parameter ...) (operator operand ...) <...>)
         (let bindings (lambda (parameter ... . more) (apply operator operand ... more))))
        ((_ bindings (parameter ...) (part ...) <> . rest)
         (cute-aux bindings (parameter ... slot) (part ... slot) . rest))
        ((_ (binding ...) parameters (part ...) expression . rest)
         (cute-aux (binding ... (value expression)) parameters (part ... value) . rest))))))
