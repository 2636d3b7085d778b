//! Numbers: R7RS `(scheme base)`, `(scheme inexact)` and `(scheme complex)`, bitwise operations
//! with SRFI 151's names, and what the library needs for the rest.
//!
//! Of class `Outside` is what takes long on numbers of thousands of digits.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_numbers {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_text! { { $($head)* } $($done)* numbers {
    "+" add [] [] [Number] -> Number Outside [RAISE ALLOC FOLD] [fold Add];
    "-" sub [Number] [] [Number] -> Number Outside [RAISE ALLOC FOLD] [fold Sub];
    "*" mul [] [] [Number] -> Number Outside [RAISE ALLOC FOLD] [fold Mul];
    "/" div [Number] [] [Number] -> Number Outside [RAISE ALLOC FOLD] [fold Div];
    "=" num_eq [Number] [] [Number] -> Boolean Outside [RAISE FOLD] [branch IfNumEq];
    "<" less [Real] [] [Real] -> Boolean Outside [RAISE FOLD] [branch IfLess];
    "<=" less_eq [Real] [] [Real] -> Boolean Outside [RAISE FOLD] [branch IfLessEq];
    ">" greater [Real] [] [Real] -> Boolean Outside [RAISE FOLD] [branch IfGreater];
    ">=" greater_eq [Real] [] [Real] -> Boolean Outside [RAISE FOLD] [branch IfGreaterEq];
    "max" max [Real] [] [Real] -> Real Outside [RAISE ALLOC FOLD] [none];
    "min" min [Real] [] [Real] -> Real Outside [RAISE ALLOC FOLD] [none];
    "number?" number_p [Obj] [] [] -> Boolean Leaf [FOLD] [fast IsNumber];
    "complex?" complex_p [Obj] [] [] -> Boolean Leaf [FOLD] [fast IsNumber];
    "real?" real_p [Obj] [] [] -> Boolean Leaf [FOLD] [none];
    "rational?" rational_p [Obj] [] [] -> Boolean Leaf [FOLD] [none];
    "integer?" integer_p [Obj] [] [] -> Boolean Leaf [FOLD] [none];
    "exact-integer?" exact_integer_p [Obj] [] [] -> Boolean Leaf [FOLD] [fast IsExactInteger];
    "exact-rational?" exact_rational_p [Obj] [] [] -> Boolean Leaf [FOLD] [none];
    "exact-nonnegative-integer?" exact_nonnegative_integer_p [Obj] [] [] -> Boolean Leaf [FOLD] [none];
    "fixnum?" fixnum_p [Obj] [] [] -> Boolean Leaf [FOLD] [tag 0x07 0x00];
    "flonum?" flonum_p [Obj] [] [] -> Boolean Leaf [FOLD] [none];
    "exact?" exact_p [Number] [] [] -> Boolean Leaf [RAISE FOLD] [none];
    "inexact?" inexact_p [Number] [] [] -> Boolean Leaf [RAISE FOLD] [none];
    "finite?" finite_p [Number] [] [] -> Boolean Leaf [RAISE FOLD] [none];
    "infinite?" infinite_p [Number] [] [] -> Boolean Leaf [RAISE FOLD] [none];
    "nan?" nan_p [Number] [] [] -> Boolean Leaf [RAISE FOLD] [none];
    "zero?" zero_p [Number] [] [] -> Boolean Leaf [RAISE FOLD] [int IfNumEq 0];
    "positive?" positive_p [Real] [] [] -> Boolean Leaf [RAISE FOLD] [int IfGreater 0];
    "negative?" negative_p [Real] [] [] -> Boolean Leaf [RAISE FOLD] [int IfLess 0];
    "odd?" odd_p [Integer] [] [] -> Boolean Leaf [RAISE FOLD] [fast IsOdd];
    "even?" even_p [Integer] [] [] -> Boolean Leaf [RAISE FOLD] [fast IsEven];
    "abs" abs [Real] [] [] -> Real Leaf [RAISE ALLOC FOLD] [none];
    "quotient" quotient [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [val Quotient];
    "remainder" remainder [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [val Remainder];
    "modulo" modulo [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [val Modulo];
    "truncate-quotient" truncate_quotient [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [val Quotient];
    "truncate-remainder" truncate_remainder [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [val Remainder];
    "floor-remainder" floor_remainder [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [val Modulo];
    "floor-quotient" floor_quotient [Integer Integer] [] [] -> Integer Outside [RAISE ALLOC FOLD] [none];
    "%floor/" floor_div [Integer Integer] [] [] -> Pair Outside [RAISE ALLOC] [none];
    "%truncate/" truncate_div [Integer Integer] [] [] -> Pair Outside [RAISE ALLOC] [none];
    "gcd" gcd [] [] [Integer] -> Integer Outside [RAISE ALLOC FOLD] [none];
    "lcm" lcm [] [] [Integer] -> Integer Outside [RAISE ALLOC FOLD] [none];
    "numerator" numerator [Rational] [] [] -> Integer Leaf [RAISE ALLOC FOLD] [none];
    "denominator" denominator [Rational] [] [] -> Integer Leaf [RAISE ALLOC FOLD] [none];
    "floor" floor [Real] [] [] -> Real Outside [RAISE ALLOC FOLD] [none];
    "ceiling" ceiling [Real] [] [] -> Real Outside [RAISE ALLOC FOLD] [none];
    "truncate" truncate [Real] [] [] -> Real Outside [RAISE ALLOC FOLD] [none];
    "round" round [Real] [] [] -> Real Outside [RAISE ALLOC FOLD] [none];
    "rationalize" rationalize [Real Real] [] [] -> Real Outside [RAISE ALLOC FOLD] [none];
    "exact" exact [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "inexact" inexact [Number] [] [] -> Number Outside [RAISE ALLOC FOLD] [fast Inexact];
    "inexact->exact" inexact_to_exact [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "exact->inexact" exact_to_inexact [Number] [] [] -> Number Outside [RAISE ALLOC FOLD] [fast Inexact];
    "exp" exp [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "log" log [Number] [Number] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "sin" sin [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "cos" cos [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "tan" tan [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "asin" asin [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "acos" acos [Number] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "atan" atan [Number] [Real] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "square" square [Number] [] [] -> Number Outside [RAISE ALLOC FOLD] [none];
    "sqrt" sqrt [Number] [] [] -> Number Outside [RAISE ALLOC FOLD] [fast Sqrt];
    "%exact-integer-sqrt" exact_integer_sqrt [ExactInteger] [] [] -> Pair Outside [RAISE ALLOC] [none];
    "expt" expt [Number Number] [] [] -> Number Outside [RAISE ALLOC] [none];
    "make-rectangular" make_rectangular [Real Real] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "make-polar" make_polar [Real Real] [] [] -> Number Leaf [RAISE ALLOC FOLD] [none];
    "real-part" real_part [Number] [] [] -> Real Leaf [RAISE ALLOC FOLD] [none];
    "imag-part" imag_part [Number] [] [] -> Real Leaf [RAISE ALLOC FOLD] [none];
    "magnitude" magnitude [Number] [] [] -> Real Outside [RAISE ALLOC FOLD] [none];
    "angle" angle [Number] [] [] -> Real Leaf [RAISE ALLOC FOLD] [none];
    "number->string" number_to_string [Number] [Index] [] -> String Outside [RAISE ALLOC] [none];
    "string->number" string_to_number [String] [Index] [] -> Obj Outside [RAISE READ ALLOC] [none];
    "bitwise-and" bitwise_and [] [] [ExactInteger] -> ExactInteger Outside [RAISE ALLOC FOLD] [none];
    "bitwise-ior" bitwise_ior [] [] [ExactInteger] -> ExactInteger Outside [RAISE ALLOC FOLD] [none];
    "bitwise-xor" bitwise_xor [] [] [ExactInteger] -> ExactInteger Outside [RAISE ALLOC FOLD] [none];
    "bitwise-not" bitwise_not [ExactInteger] [] [] -> ExactInteger Leaf [RAISE ALLOC FOLD] [none];
    "arithmetic-shift" arithmetic_shift [ExactInteger ExactInteger] [] [] -> ExactInteger Outside [RAISE ALLOC] [none];
    "bit-count" bit_count [ExactInteger] [] [] -> Index Leaf [RAISE FOLD] [none];
    "integer-length" integer_length [ExactInteger] [] [] -> Index Leaf [RAISE FOLD] [none];
    "bit-set?" bit_set_p [Index ExactInteger] [] [] -> Boolean Leaf [RAISE FOLD] [none];
    "first-set-bit" first_set_bit [ExactInteger] [] [] -> Fixnum Leaf [RAISE FOLD] [none];
    "%make-random-source" make_random_source [] [ExactInteger] [] -> Bytevector Leaf [RAISE READ ALLOC] [none];
    "%random-integer" random_integer [Bytevector ExactInteger] [] [] -> ExactInteger Outside [RAISE READ WRITE ALLOC] [none];
    "%random-real" random_real [Bytevector] [] [] -> Flonum Leaf [RAISE READ WRITE ALLOC] [none];
} } };
}
