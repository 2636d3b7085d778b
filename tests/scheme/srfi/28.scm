;;; SRFI 28: basic format strings.
(import (scheme base) (check) (srfi 28))

(section "directives")
(test "Hello, World!" (format "Hello, ~a" "World!"))
(test "Error, list is too short: (one \"two\" 3)\n"
      (format "Error, list is too short: ~s~%" '(one "two" 3)))
(test "plain" (format "plain"))
(test "" (format ""))
(test "~" (format "~~"))
(test "a\nb" (format "a~%b"))
(test "x\"x\"#\\x" (format "~a~s~s" "x" "x" #\x))
(test "x" (format "~a" #\x))
(test "(1 \"a\" #\\b)|(1 a b)" (format "~s|~a" '(1 "a" #\b) '(1 "a" #\b)))
(test "1.5 1/2 sym" (format "~a ~a ~a" 1.5 1/2 'sym))
(test "λ~ü" (format "λ~~~a" "ü"))

(section "errors")
(test-error (format "~a"))
(test-error (format "~a ~s" 1))
(test-error (format "~x" 1))
(test-error (format "~"))
(test-error (format 5))
(finish)
