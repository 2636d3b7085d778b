;;; SRFI 162: comparators sublibrary.
(import (scheme base) (check) (srfi 128) (srfi 162))

(section "extremes")
(test '(5 1) (list (comparator-max real-comparator 3 1 5 2) (comparator-min real-comparator 3 1 5 2)))
(test '(7 7) (list (comparator-max real-comparator 7) (comparator-min real-comparator 7)))
(test "c" (comparator-max-in-list string-comparator '("a" "c" "b")))
(test #\a (comparator-min-in-list char-comparator '(#\c #\a #\b)))
;; Of equal ones the first.
(test "A" (comparator-max string-ci-comparator "A" "a"))
(test "A" (comparator-min string-ci-comparator "A" "a"))
(test-error (comparator-max-in-list real-comparator '()))
(test-error (comparator-max car 1 2))

(section "comparators")
(test '(#t #t #t #t #t #t #t #t)
      (list (<? default-comparator 1 2) (<? boolean-comparator #f #t) (=? char-ci-comparator #\a #\A)
            (<? string-comparator "a" "b") (<? list-comparator '(1) '(1 2))
            (<? vector-comparator #(9) #(1 2)) (<? pair-comparator '(1 . 2) '(1 . 3))
            (=? equal-comparator '(1) '(1))))
(test '(#f #f) (list (=? eq-comparator (list 1) (list 1)) (=? eqv-comparator "a" (string #\a))))
(test '(#t #f) (map (lambda (x) (comparator-test-type list-comparator x)) '((1 2) (1 . 2))))
(finish)
