//! Part of the module named like its folder.
use crate::prims::lists::check::{call, check, values, written};
use crate::testing::with_cx;

#[test]
fn characters() {
    check(&[
        ("char-upcase", "#\\i", "#\\I"),
        ("char-foldcase", "#\\Σ", "#\\σ"),
        ("digit-value", "#\\x0664", "4"),
        ("digit-value", "#\\x0AE6", "0"),
        ("digit-value", "#\\x0EA6", "#f"),
        ("char<?", "#\\a #\\b #\\c", "#t"),
        ("char-ci=?", "#\\a #\\A #\\b", "#f"),
        ("integer->char", "955", "#\\λ"),
        ("integer->char", "55296", "!"),
        ("integer->char", "1114112", "!"),
        ("char->integer", "#\\x1F600", "128512"),
    ]);
}

#[test]
fn strings() {
    check(&[
        ("make-string", "3 #\\λ", "\"λλλ\""),
        ("string", "#\\a #\\b", "\"ab\""),
        ("string-append", "\"ab\" \"λ\" \"\" \"cd\"", "\"abλcd\""),
        ("substring", "\"hello\" 1 3", "\"el\""),
        ("substring", "\"hello\" 3 2", "!"),
        ("substring", "\"hello\" 0 6", "!"),
        ("string-copy", "\"aλb\" 2", "\"b\""),
        ("string-upcase", "\"Straße\"", "\"STRASSE\""),
        ("string-downcase", "\"ΧΑΟΣ\"", "\"χαος\""),
        ("string-foldcase", "\"ΧΑΟΣ\"", "\"χαοσ\""),
        ("string=?", "\"a\" \"a\" \"a\"", "#t"),
        ("string<?", "\"a\" \"b\" \"ab\"", "#f"),
        ("string<?", "\"\" \"a\" \"aλ\" \"b\"", "#t"),
        ("string-ci=?", "\"Straße\" \"STRASSE\"", "#t"),
        ("string->list", "\"aλb\" 1", "(#\\λ #\\b)"),
        ("list->string", "(#\\a #\\λ)", "\"aλ\""),
        ("list->string", "(#\\a 5)", "! list->string: first argument: expected a character, given 5"),
        ("string->vector", "\"abc\" 1 2", "#(#\\b)"),
        ("vector->string", "#(#\\1 #\\2 #\\3) 1", "\"23\""),
        ("string->utf8", "\"Aé\"", "#u8(65 195 169)"),
        ("utf8->string", "#u8(206 187 65) 0 2", "\"λ\""),
        ("utf8->string", "#u8(65 255)", "!"),
        ("%string-search", "\"lo\" \"hello\"", "3"),
        ("%string-search", "\"\" \"hello\" 5", "5"),
        ("%string-search", "\"λ\" \"hello\"", "#f"),
        ("%string-search", "\"λb\" \"aλaλb\" 1", "3"),
        ("%string-index", "\"hello\" #\\l", "2"),
        ("%string-rindex", "\"hello\" #\\l", "3"),
        ("%string-index", "\"hello\" #\\λ", "#f"),
        ("string-prefix?", "\"he\" \"hello\"", "#t"),
        ("string-suffix?", "\"llo\" \"hello\"", "#t"),
        ("string-reverse", "\"aλb\"", "\"bλa\""),
        ("%string-concatenate", "(\"a\" \"λ\" \"b\")", "\"aλb\""),
        ("%string-concatenate", "(\"a\" b)", "!"),
        ("make-string", "1000000000000000000", "!"),
    ]);
}

#[test]
fn strings_widen_in_place() {
    with_cx(|cx| {
        let h = values(cx, "5 #\\a 2 #\\λ \"xyzλ\" 0 3");
        let s = call(cx, "make-string", &h[..2]).expect("room");
        call(cx, "string-set!", &[s, h[2], h[3]]).expect("a character fits");
        assert_eq!(written(cx, "string-copy", &[s]), "\"aaλaa\"");
        let narrow = call(cx, "string-copy", &[s, h[5], h[2]]).expect("a part");
        assert!(!cx.get(narrow).text().is_wide(), "a part without wide characters is narrow");
        call(cx, "string-copy!", &[narrow, h[5], h[4], h[5], h[2]]).expect("it fits");
        assert_eq!(written(cx, "string-copy", &[narrow]), "\"xy\"");
        call(cx, "string-copy!", &[s, h[2], s, h[5], h[6]]).expect("overlapping");
        assert_eq!(written(cx, "string-copy", &[s]), "\"aaaaλ\"");
        let symbol = values(cx, "name");
        let name = call(cx, "symbol->string", &symbol).expect("a name");
        assert!(call(cx, "string-set!", &[name, h[5], h[3]]).is_err(), "names are immutable");
    });
}
