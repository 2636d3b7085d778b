(define-library (helper conditional)
  (export chosen nested empty)
  (cond-expand
    ((library (no such library)) (import (no such library)))
    ((and r7rs (library (scheme base)) (not no-such-feature)) (import (scheme base)))
    (else (import (also not there))))
  (cond-expand
    ((or no-such-feature full-unicode) (begin (define chosen 'unicode)))
    (else (begin (define chosen 'other))))
  (cond-expand
    (no-such-feature (begin (define nested 'no)))
    (r7rs
     (cond-expand
       ((not r7rs) (export no-such-name))
       (else (begin (define nested 'yes)) (export also)))
     (begin (define also 'too))))
  (begin
    (define empty
      (cond-expand ((and) (cond-expand ((or) 'or) (else 'and))) (else 'none)))))
