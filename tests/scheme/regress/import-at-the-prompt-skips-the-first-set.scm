;;; `(import (srfi 1))` in an interactive environment imported nothing.
(import (scheme base) (scheme eval) (scheme repl) (check))
(test '(0 1 2) (let ((e (interaction-environment)))
                 (eval '(import (srfi 1)) e)
                 (eval '(iota 3) e)))
(test-error (eval '(import (no such library)) (interaction-environment)))
(finish)
