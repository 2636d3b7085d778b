;;; `input-port-open?` of a port that cannot do input is #f, not an error (R7RS 6.13.1).
(import (scheme base) (check))
(test #f (input-port-open? (open-output-string)))
(test #f (output-port-open? (open-input-string "")))
(finish)
