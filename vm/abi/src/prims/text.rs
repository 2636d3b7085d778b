//! Characters and strings.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_text {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_vectors! { { $($head)* } $($done)* text {
    "char?" char_p [Obj] [] [] -> Boolean Leaf [FOLD] [tag 0xFF 0x0F];
    "char->integer" char_to_integer [Char] [] [] -> Index Leaf [RAISE FOLD] [val CharToInteger];
    "integer->char" integer_to_char [Index] [] [] -> Char Leaf [RAISE FOLD] [val IntegerToChar];
    "char=?" char_eq_p [Char] [] [Char] -> Boolean Leaf [RAISE FOLD] [branch IfCharEq];
    "char<?" char_less_p [Char] [] [Char] -> Boolean Leaf [RAISE FOLD] [branch IfCharLess];
    "string?" string_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind String];
    "string-length" string_length [String] [] [] -> Index Leaf [RAISE] [val StringLength];
    "string-ref" string_ref [String Index] [] [] -> Char Leaf [RAISE READ] [val StringRef];
    "string-set!" string_set_x [String Index Char] [] [] -> Obj Leaf [RAISE WRITE ALLOC] [fast StringSet];
    "char>?" char_greater_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char<=?" char_less_eq_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char>=?" char_greater_eq_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char-ci=?" char_ci_eq_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char-ci<?" char_ci_less_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char-ci>?" char_ci_greater_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char-ci<=?" char_ci_less_eq_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char-ci>=?" char_ci_greater_eq_p [Char] [] [Char] -> Boolean Leaf [FOLD] [none];
    "char-alphabetic?" char_alphabetic_p [Char] [] [] -> Boolean Leaf [FOLD] [none];
    "char-numeric?" char_numeric_p [Char] [] [] -> Boolean Leaf [FOLD] [none];
    "char-whitespace?" char_whitespace_p [Char] [] [] -> Boolean Leaf [FOLD] [fast IsWhitespace];
    "char-upper-case?" char_upper_case_p [Char] [] [] -> Boolean Leaf [FOLD] [none];
    "char-lower-case?" char_lower_case_p [Char] [] [] -> Boolean Leaf [FOLD] [none];
    "digit-value" digit_value [Char] [] [] -> Obj Leaf [FOLD] [none];
    "char-upcase" char_upcase [Char] [] [] -> Char Leaf [FOLD] [none];
    "char-downcase" char_downcase [Char] [] [] -> Char Leaf [FOLD] [none];
    "char-foldcase" char_foldcase [Char] [] [] -> Char Leaf [FOLD] [none];
    "make-string" make_string [Index] [Char] [] -> String Resumable [RAISE ALLOC] [none];
    "string" string [] [] [Char] -> String Leaf [RAISE ALLOC] [none];
    "string-copy" string_copy [String] [Index Index] [] -> String Resumable [RAISE READ ALLOC] [none];
    "substring" substring [String Index] [Index] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string-append" string_append [] [] [String] -> String Resumable [RAISE READ ALLOC] [none];
    "%string-concatenate" string_concatenate [List] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string-fill!" string_fill_x [String Char] [Index Index] [] -> Obj Resumable [RAISE WRITE ALLOC] [none];
    "string-copy!" string_copy_x [String Index String] [Index Index] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "string=?" string_eq_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string<?" string_less_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string>?" string_greater_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string<=?" string_less_eq_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string>=?" string_greater_eq_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string-ci=?" string_ci_eq_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string-ci<?" string_ci_less_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string-ci>?" string_ci_greater_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string-ci<=?" string_ci_less_eq_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string-ci>=?" string_ci_greater_eq_p [String] [] [String] -> Boolean Resumable [READ] [none];
    "string-upcase" string_upcase [String] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string-downcase" string_downcase [String] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string-foldcase" string_foldcase [String] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string->list" string_to_list [String] [Index Index] [] -> List Resumable [RAISE READ ALLOC] [none];
    "list->string" list_to_string [List] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string->vector" string_to_vector [String] [Index Index] [] -> Vector Resumable [RAISE READ ALLOC] [none];
    "vector->string" vector_to_string [Vector] [Index Index] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string->utf8" string_to_utf8 [String] [Index Index] [] -> Bytevector Resumable [RAISE READ ALLOC] [none];
    "utf8->string" utf8_to_string [Bytevector] [Index Index] [] -> String Resumable [RAISE READ ALLOC] [none];
    "string-null?" string_null_p [String] [] [] -> Boolean Leaf [] [none];
    "string-prefix?" string_prefix_p [String String] [] [] -> Boolean Resumable [READ] [none];
    "string-suffix?" string_suffix_p [String String] [] [] -> Boolean Resumable [READ] [none];
    "%string-search" string_search [String String] [Index] [] -> Obj Resumable [RAISE READ] [none];
    "%string-index" string_index [String Char] [Index Index] [] -> Obj Resumable [RAISE READ] [none];
    "%string-rindex" string_rindex [String Char] [Index Index] [] -> Obj Resumable [RAISE READ] [none];
    "string-reverse" string_reverse [String] [Index Index] [] -> String Resumable [RAISE READ ALLOC] [none];
} } };
}
