;;; SRFI 0: feature-based conditional expansion.
(import (scheme base) (check) (only (srfi 0) cond-expand))

(section "requirements")
(test 'yes (cond-expand (r7rs 'yes) (else 'no)))
(test 'no (cond-expand (no-such-feature 'yes) (else 'no)))
(test 'yes (cond-expand ((and r7rs full-unicode) 'yes) (else 'no)))
(test 'no (cond-expand ((and r7rs no-such-feature) 'yes) (else 'no)))
(test 'yes (cond-expand ((and) 'yes) (else 'no)))
(test 'no (cond-expand ((or) 'yes) (else 'no)))
(test 'yes (cond-expand ((or no-such-feature r7rs) 'yes) (else 'no)))
(test 'yes (cond-expand ((not no-such-feature) 'yes) (else 'no)))
(test 'no (cond-expand ((not r7rs) 'yes) (else 'no)))
(test 'yes
      (cond-expand ((and (or no-such-feature (not no-such-feature)) (not (and r7rs no-such-feature)))
                    'yes) (else 'no)))

(section "clauses")
;; The first that holds.
(test 1 (cond-expand (no-such-feature 0) (r7rs 1) (r7rs 2) (else 3)))
(test 3 (cond-expand (r7rs 1 2 3)))
;; Commands and definitions; what is not chosen is not even expanded.
(cond-expand (no-such-feature (define chosen (car . 5))) (else (define chosen 1) (define also 2)))
(test '(1 2) (list chosen also))
(test 5 (let () (cond-expand (r7rs (define x 5)) (else (define x 6))) x))
;; One in another.
(test 'inner (cond-expand (r7rs (cond-expand (no-such-feature 'no) (else 'inner))) (else 'outer)))
(finish)
