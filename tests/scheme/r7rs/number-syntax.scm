;;; R7RS 6.2.5 and 7.1.1: the syntax of numbers, for `read`, `string->number` and `number->string`.
(import (scheme base) (scheme read) (scheme write) (scheme inexact) (scheme complex) (scheme cxr) (check))

(define (from text) (read (open-input-string text)))
(define (same? a b)
  (or (eqv? a b) (and (real? a) (real? b) (nan? a) (nan? b))))
;; The text read as a datum, in a list, and by `string->number`, against the value.
(define-syntax test-numbers
  (syntax-rules () ((_ (text value) ...) (begin (test (list text #t) (list text (read-everywhere text value))) ...))))
(define (read-everywhere text value)
  (let ((got (list (from text) (car (from (string-append "(" text ")"))) (string->number text))))
    (or (and (same? value (car got)) (same? value (cadr got)) (same? value (caddr got))) got)))
(define-syntax test-no-numbers
  (syntax-rules () ((_ text ...) (begin (test '(text #f) (list text (string->number text))) ...))))

(section "decimal integers and fractions")
(test-numbers
 ("0" 0) ("-0" 0) ("+0" 0) ("12" 12) ("-12" -12) ("+12" 12) ("007" 7)
 ("1152921504606846975" 1152921504606846975) ("1152921504606846976" (expt 2 60))
 ("-1152921504606846976" (- (expt 2 60))) ("18446744073709551616" (expt 2 64))
 ("123456789012345678901234567890" 123456789012345678901234567890)
 ("1/2" (/ 1 2)) ("-6/4" (/ -3 2)) ("+10/5" 2) ("0/5" 0) ("340282366920938463463374607431768211456/3" (/ (expt 2 128) 3)))

(section "decimals")
(test-numbers
 ("1.0" (inexact 1)) ("1." (inexact 1)) (".5" (/ (inexact 1) 2)) ("-.5" (/ (inexact -1) 2)) ("+.5" (/ (inexact 1) 2)) ("1.5" (inexact 3/2))
 ("1e3" (inexact 1000)) ("1E3" (inexact 1000)) ("1e+3" (inexact 1000)) ("1e-3" (inexact 1/1000)) ("1.e1" (inexact 10)) (".1e1" (inexact 1))
 ("-1.25e2" (inexact -125)) ("0.1" (inexact 1/10)) ("1e23" (inexact (expt 10 23))) ("1e22" (inexact (expt 10 22)))
 ("9007199254740993.0" (inexact 9007199254740992)) ("9007199254740993.00000000000000000000001" (inexact 9007199254740994))
 ("1.7976931348623157e308" (inexact (* (- (expt 2 53) 1) (expt 2 971)))) ("4.9e-324" (inexact (expt 2 -1074)))
 ("2.4703282292062327e-324" 0.0) ("2.4703282292062328e-324" (inexact (expt 2 -1074)))
 ("2.2250738585072011e-308" (inexact (- (expt 2 -1022) (expt 2 -1074))))
 ("-0.0" (- (inexact 0))) ("1e400" +inf.0) ("-1e400" -inf.0) ("1e-400" (inexact 0)) ("1e10000000000" +inf.0) ("1e-10000000000" (inexact 0))
 ("123456789012345678901234567890.0" (inexact 123456789012345678901234567890)))

(section "infinities and NaN")
(test-numbers ("+inf.0" (/ 1. 0.)) ("-inf.0" (/ -1. 0.)) ("+nan.0" (- +inf.0 +inf.0)) ("-nan.0" +nan.0)
              ("+INF.0" +inf.0) ("-Inf.0" -inf.0) ("+NaN.0" +nan.0))

(section "exactness and radix")
(test-numbers
 ("#e1.5" 3/2) ("#e1e3" 1000) ("#e-.25" -1/4) ("#e1.2e-3" 3/2500) ("#e-0.0" 0) ("#e1" 1) ("#e1/3" 1/3) ("#E.5" 1/2)
 ("#e1e30" (expt 10 30)) ("#e0.1" 1/10)
 ("#i1" 1.) ("#i1/2" .5) ("#i-3" -3.) ("#i1.5" 1.5) ("#I10" 10.) ("#i1/3" .3333333333333333) ("#i0" 0.)
 ("#b101" 5) ("#b-101" -5) ("#B+11" 3) ("#b1/10" 1/2) ("#b111111111111111111111111111111111111111111111111111111111111111111" (- (expt 2 66) 1))
 ("#o17" 15) ("#O-17" -15) ("#o7/10" 7/8)
 ("#d12" 12) ("#D1.5" 1.5) ("#d-1/2" -1/2) ("#d1e2" 100.)
 ("#xff" 255) ("#XFF" 255) ("#x-Ab" -171) ("#xF/a" 3/2) ("#x1e2" 482) ("#xdeadbeefdeadbeefdeadbeef" 68915718021581205938132336367) ("#xe" 14) ("#x+f" 15)
 ("#e#x10" 16) ("#x#e10" 16) ("#i#x10" 16.) ("#x#i10" 16.) ("#i#b1/10" .5) ("#b#i1/10" .5) ("#e#d1.5" 3/2) ("#d#e1.5" 3/2) ("#d#i5" 5.)
 ("#o#e17" 15) ("#i#o17" 15.))

(section "complex numbers")
(test-numbers
 ("1+2i" (make-rectangular 1 2)) ("1-2i" (make-rectangular 1 -2)) ("-1+i" (make-rectangular -1 1)) ("1-i" (make-rectangular 1 -1))
 ("+i" (make-rectangular 0 1)) ("-i" (make-rectangular 0 -1)) ("+2i" (make-rectangular 0 2)) ("-1/2i" (make-rectangular 0 -1/2))
 ("1/2+3/4i" (make-rectangular 1/2 3/4)) ("1.5-2.5i" (make-rectangular 1.5 -2.5)) ("1e2+1e-2i" (make-rectangular 100. .01))
 ("1+0i" 1) ("+0i" 0) ("1+2I" (make-rectangular 1 2))
 ("1@0" 1) ("2.@0" 2.)
 ("1.0+inf.0i" (make-rectangular 1. +inf.0)) ("+inf.0-inf.0i" (make-rectangular +inf.0 -inf.0)) ("-inf.0+i" (make-rectangular -inf.0 1.))
 ("#x1+fi" (make-rectangular 1 15)) ("#b-1010i" (make-rectangular 0 -10)) ("#e1.5+.5i" (make-rectangular 3/2 1/2)) ("#i1+2i" (make-rectangular 1. 2.)))
(test-approx .5403023058681398 (real-part (from "1@1")))
(test-approx -.8414709848078965 (imag-part (from "1@-1")))
(test '(#t #t) (let ((z (from "+nan.0+inf.0i"))) (list (nan? (real-part z)) (= +inf.0 (imag-part z)))))

(section "no numbers")
(test-no-numbers
 "" " " "+" "-" "." "..." "e" "e1" "1e" "1e+" "1e1.5" "1e1/2" "1.2.3" "1..2" "--1" "+-1" "1-" "1+" "1/" "/1" "1/2/3" "1/-2" "1/+2" "1/2.0" "1.5/2" "1/0" "#i1/0" "0/0"
 "1/2e2" "i" "1i" "2.5i" "+1i2" "1+2" "1+2i3" "1+i2" "1++2i" "1+-2i" "1@" "@1" "1@2@3" "1@2i" "1i+2" "+ii" "inf.0" "+inf" "+inf.00" "+inf.0.0" "+nan" "nan.0" "inf" "+infinity.0"
 "#" "#e" "#x" "#b2" "#b12" "#o8" "#o1.8e" "#xg" "#d1a" "1a" "a" "#e#e1" "#x#x1" "#e#i1" "#b#x1" "#e#x" "#e+inf.0" "#e-nan.0" "#t" "#\\1" "'1" "(1)" "1 " " 1" "1 2" "1,000" "0x10" "1_0" "１")
(test '(#f #f #f #f) (list (string->number "2" 2) (string->number "8" 8) (string->number "a" 10) (string->number "g" 16)))

(section "string->number with a radix")
(test '(4 64 100 256) (map (lambda (radix) (string->number "100" radix)) '(2 8 10 16)))
(test '(-5/2 255 10 5 8) (list (string->number "-101/10" 2) (string->number "FF" 16) (string->number "#d10" 16)
                               (string->number "#b101" 10) (string->number "#o10" 2)))
(test '(16. 482 -15+15i) (list (string->number "#i10" 16) (string->number "1e2" 16) (string->number "-f+fi" 16)))
(test #t (eqv? 1e2 (string->number "1e2" 10)))
(test-error (string->number 5))
(test-error (string->number 'a 10))

(section "number->string")
(test '("10" "1010" "12" "a") (cons (number->string 10) (map (lambda (radix) (number->string 10 radix)) '(2 8 16))))
(test '("-1010" "-1/2" "-ff" "1/10") (list (number->string -10 2) (number->string -1/2) (number->string -255 16) (number->string 1/2 2)))
(test '("1+2i" "1-i" "+i" "-1/2i") (map number->string (list 1+2i 1-i +i -1/2i)))
(define samples
  (list 0 1 -1 255 (expt 2 60) (- (expt 2 60)) (expt 3 100) (- (expt 3 100)) 1/3 -22/7 (/ (expt 3 50) (expt 2 70)) 1+2i -1/2-3/4i))
(for-each
 (lambda (radix)
   (for-each
    (lambda (n) (test (list radix n) (list radix (string->number (number->string n radix) radix))))
    samples))
 '(2 8 10 16))
(for-each
 (lambda (x)
   (test (list x #t) (list x (eqv? x (string->number (number->string x)))))
   (test (list x #t) (list x (eqv? (- x) (string->number (number->string (- x)))))))
 (list 0. .1 .3 1. 1.5 100. 123456.789 1e10 1e20 1e21 1e22 1e23 1e100 1e-5 1e-6 1e-7 1e-10 5e-324 2.2250738585072014e-308
       2.225073858507201e-308 1.7976931348623157e308 9007199254740993. 4503599627370496.5 3.141592653589793
       2.718281828459045 .30000000000000004 1e15 1e16 1e17 123456789012345680. 12345678901234567890. +inf.0))
;; Random bit patterns, from a little generator of their own.
(define (random-floats n)
  (let loop ((n n) (seed 12345))
    (if (> n 0)
        (let* ((seed (modulo (+ (* seed 6364136223846793005) 1442695040888963407) (expt 2 64)))
               (x (* (inexact (+ (expt 2 52) (quotient seed 4096))) (expt 2. (- (modulo seed 2000) 1000)))))
          (test x (string->number (number->string x)))
          (loop (- n 1) seed)))))
(random-floats 300)
(test-error (number->string 'a))
(test-error (number->string 10 1))
(test-error (number->string "10"))

(finish)
