;;; SRFI 143: fixnums. What leaves their range is an error here, never another number.

(define-library (srfi 143)
  (export
   fx-width fx-greatest fx-least
   fixnum? fx=? fx<? fx>? fx<=? fx>=?
   fxzero? fxpositive? fxnegative? fxodd? fxeven? fxmax fxmin
   fx+ fx- fxneg fx* fxquotient fxremainder fxabs fxsquare fxsqrt
   fx+/carry fx-/carry fx*/carry
   fxnot fxand fxior fxxor fxarithmetic-shift fxarithmetic-shift-left fxarithmetic-shift-right
   fxbit-count fxlength fxif fxbit-set? fxcopy-bit fxfirst-set-bit
   fxbit-field fxbit-field-rotate fxbit-field-reverse)
  (import (gambol primitives) (gambol syntax)
          (gambol internal control) (only (gambol internal arithmetic) exact-integer-sqrt)
          (only (srfi 141) balanced/)
          (only (srfi 151) bitwise-if copy-bit bit-field bit-field-rotate bit-field-reverse))
  (include "143/fixnums.scm"))
