;; SRFI 0: the features of an implementation include srfi-N for each SRFI that it supports.
(import (scheme base) (check))

(test 'yes (cond-expand (srfi-0 'yes) (else 'no)))
(test 'yes (cond-expand ((and srfi-1 srfi-64 srfi-128) 'yes) (else 'no)))
(test-true (memq 'srfi-1 (features)))
(finish)
