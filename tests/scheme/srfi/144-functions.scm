;;; SRFI 144: flonums, the functions. Values are from a calculation with 40 digits.
(import (scheme base) (scheme inexact) (srfi 144) (check))

;; Passes when the result is within a few units in the last place of the expected one.
(define-syntax test-near
  (syntax-rules ()
    ((_ expected expression) (test 'near (nearness expected expression)))))
(define (nearness expected got)
  (if (or (= expected got) (< (abs (- expected got)) (* 2e-15 (abs expected)))) 'near got))
(define-syntax test-table
  (syntax-rules ()
    ((_ f (x expected) ...) (begin (test-near expected (f x)) ...))))


(section "exponentials")
(test-table flexp
  (0.5 1.6487212707001282) (-3.0 0.049787068367863944) (100.0 2.6881171418161356e+43))
(test '(1. +inf.0 0. +inf.0) (map flexp '(0. +inf.0 -inf.0 1000.)))
(test-table flexp2
  (0.5 1.4142135623730951) (-3.5 0.08838834764831845) (100.25 1.5074991131288803e+30))
(test '(1. 8. .5 +inf.0 0. 5e-324) (map flexp2 '(0. 3. -1. 1024. -2000. -1074.)))
(test-table flexp-1
  (1e-10 1.00000000005e-10) (-1e-10 -9.999999999500001e-11) (1e-20 1e-20)
  (0.1 0.10517091807564763) (-0.1 -0.09516258196404043) (0.5 0.6487212707001282)
  (-0.7 -0.5034146962085905) (0.999 1.7155649053185666) (-1.5 -0.7768698398515702)
  (2.0 6.38905609893065) (10.0 22025.465794806718) (700.0 1.0142320547350045e+304))
(test '(0. -0. +inf.0 -1. -1.) (map flexp-1 '(0. -0. +inf.0 -inf.0 -50.)))
(test '(4. 0. 6.25) (map flsquare '(2. -0. -2.5)))
(test '(2. 0. -0. +inf.0) (map flsqrt '(4. 0. -0. +inf.0)))
(test #t (nan? (flsqrt -1.)))
(test-table flcbrt
  (2.0 1.2599210498948732) (10.0 2.154434690031884) (1e+300 1e+100) (1e-300 1e-100)
  (5e-324 1.7031839360032603e-108))
(test '(3. -3. 0. -0. 10. -1e100 +inf.0 -inf.0)
      (map flcbrt '(27. -27. 0. -0. 1000. -1e300 +inf.0 -inf.0)))
(test '(5. 5. 0. 3. 5e300 5e-310 +inf.0 +inf.0)
      (map flhypot '(3. -4. 0. -3. 3e300 3e-310 -inf.0 +nan.0) '(4. 3. -0. 0. 4e300 -4e-310 1. +inf.0)))
(test #t (nan? (flhypot 1. +nan.0)))
(test '(8. .125 -8. 0. +inf.0) (map flexpt '(2. 2. -2. 0. 0.) '(3. -3. 3. 2. -2.)))
(test-near 1.2599210498948732 (flexpt 2. .3333333333333333))
(test '(1. 1. 1. 1. 1.) (map flexpt '(0. +nan.0 1. -1. -1.) '(0. 0. +nan.0 +inf.0 -inf.0)))
(test '(+inf.0 0. 0. +inf.0 0. +inf.0)
      (map flexpt '(2. 2. .5 .5 -2. -.5) '(+inf.0 -inf.0 +inf.0 -inf.0 -inf.0 -inf.0)))
(test '(-inf.0 +inf.0 0. +inf.0 0.) (map flexpt '(-inf.0 -inf.0 -inf.0 -inf.0 0.) '(3. 2. -1.5 1.5 1.5)))
(test #t (nan? (flexpt -2. .5)))

(section "logarithms")
(test-table fllog
  (0.5 -0.6931471805599453) (2.0 0.6931471805599453) (1e+300 690.7755278982137)
  (5e-324 -744.4400719213812))
(test '(0. -inf.0 -inf.0 +inf.0) (map fllog '(1. 0. -0. +inf.0)))
(test #t (nan? (fllog -1.)))
(test-table fllog1+
  (1e-10 9.999999999500001e-11) (-1e-10 -1.00000000005e-10) (1e-20 1e-20)
  (0.1 0.09531017980432487) (-0.1 -0.10536051565782631) (0.5 0.4054651081081644)
  (-0.7 -1.203972804325936) (-0.999 -6.907755278982136) (2.0 1.0986122886681098)
  (10000000000.0 23.025850930040455) (1e+300 690.7755278982137))
(test '(0. -0. -inf.0 +inf.0) (map fllog1+ '(0. -0. -1. +inf.0)))
(test #t (nan? (fllog1+ -1.5)))
(test-table fllog2
  (10.0 3.321928094887362) (0.3 -1.7369655941662063) (1.0001 0.0001442622910945383))
(test '(0. 10. -1. -1074. 1023. -inf.0 +inf.0) (map fllog2 (list 1. 1024. .5 5e-324 (expt 2. 1023) 0. +inf.0)))
(test-table fllog10
  (2.0 0.3010299956639812) (0.3 -0.5228787452803376) (1.0001 4.342727686266486e-05)
  (5e-324 -323.3062153431158))
(test '(0. 1. 3. 22. -inf.0 +inf.0) (map fllog10 '(1. 10. 1000. 1e22 0. +inf.0)))
(test #t (and (nan? (fllog2 -1.)) (nan? (fllog10 -1.))))
(test-table (make-fllog-base 3.)
  (2.0 0.6309297535714574) (10000000000.0 20.959032742893847) (0.1 -2.0959032742893844))
(test '(3. 2.) (list ((make-fllog-base 2.) 8.) ((make-fllog-base 10.) 100.)))
(test-error (make-fllog-base 1.))
(test-error (make-fllog-base .5))
(test-error (make-fllog-base 2))
(test-error ((make-fllog-base 3.) 2))

(section "trigonometry")
(test-table flsin
  (1.0 0.8414709848078965) (3.0 0.1411200080598672) (1e+22 -0.8522008497671888))
(test-table flcos
  (1.0 0.5403023058681398) (3.0 -0.9899924966004454) (1e+22 0.523214785395139))
(test-table fltan
  (1.0 1.5574077246549023) (3.0 -0.1425465430742778) (10000000000.0 -0.5583496378112418))
(test-table flasin
  (0.5 0.5235987755982989) (-1.0 -1.5707963267948966) (1e-10 1e-10))
(test-table flacos
  (0.5 1.0471975511965979) (-1.0 3.141592653589793) (1e-10 1.5707963266948965))
(test-table flatan
  (0.5 0.4636476090008061) (-1.0 -0.7853981633974483) (10000000000.0 1.5707963266948965))
(test #t (and (nan? (flasin 1.5)) (nan? (flacos -2.)) (nan? (flsin +inf.0))))
(test-near 0.4636476090008061 (flatan 1. 2.))
(test-near -2.677945044588987 (flatan -1. -2.))
(test (list 0. fl-pi -0. (- fl-pi) fl-pi/2) (map flatan '(0. 0. -0. -0. 1.) '(1. -1. 1. -1. 0.)))

(section "hyperbolic functions")
(test-table flsinh
  (1e-10 1e-10) (0.5 0.5210953054937474) (-0.5 -0.5210953054937474) (1.0 1.1752011936438014)
  (3.0 10.017874927409903) (21.9 1621881641.7888238) (30.0 5343237290762.231)
  (710.0 1.1169973830808555e+308))
(test-table flcosh
  (1e-10 1.0) (0.5 1.1276259652063807) (-0.5 1.1276259652063807) (1.0 1.5430806348152437)
  (3.0 10.067661995777765) (21.9 1621881641.7888238) (30.0 5343237290762.231)
  (710.0 1.1169973830808555e+308))
(test-table fltanh
  (1e-10 1e-10) (0.5 0.46211715726000974) (-0.5 -0.46211715726000974) (1.0 0.7615941559557649)
  (3.0 0.9950547536867305) (15.0 0.9999999999998128))
(test '(0. -0. +inf.0 -inf.0) (map flsinh '(0. -0. 711. -inf.0)))
(test '(1. +inf.0 +inf.0) (map flcosh '(-0. 711. -inf.0)))
(test '(0. -0. 1. -1. 1.) (map fltanh '(0. -0. 30. -inf.0 +inf.0)))
(test-table flasinh
  (1e-10 1e-10) (0.5 0.48121182505960347) (-0.5 -0.48121182505960347) (1.0 0.881373587019543)
  (3.0 1.8184464592320668) (1000000000.0 21.416413017506358) (1e+300 691.4686750787737))
(test-table flacosh
  (1.0 0.0) (1.0000001 0.0004472135919037347) (1.5 0.9624236501192069) (3.0 1.762747174039086)
  (1000000000.0 21.416413017506358) (1e+300 691.4686750787737))
(test-table flatanh
  (1e-10 1e-10) (0.5 0.5493061443340549) (-0.5 -0.5493061443340549) (0.999 3.8002011672501994))
(test '(0. -0. -inf.0) (map flasinh '(0. -0. -inf.0)))
(test '(-0. +inf.0 -inf.0) (map flatanh '(-0. 1. -1.)))
(test #t (and (nan? (flacosh .5)) (nan? (flatanh 1.5)) (nan? (flsinh +nan.0)) (nan? (flcosh +nan.0))
              (nan? (fltanh +nan.0)) (nan? (flasinh +nan.0)) (nan? (flacosh +nan.0))))

(section "errors")
(for-each
 (lambda (f) (test-error (f 1)) (test-error (f 'a)))
 (list flexp flexp2 flexp-1 flsquare flsqrt flcbrt fllog fllog1+ fllog2 fllog10 flsin flcos fltan
       flasin flacos flatan flsinh flcosh fltanh flasinh flacosh flatanh))
(for-each (lambda (f) (test-error (f 1 2.)) (test-error (f 1. 2))) (list flhypot flexpt flatan))

(finish)
