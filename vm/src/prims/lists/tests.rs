//! Part of the module named like its folder.
use super::check::{call, check, values, written};
use crate::testing::with_cx;
use crate::val::Val;

#[test]
fn lists() {
    check(&[
        ("list", "1 2 3", "(1 2 3)"),
        ("cons*", "1 2 (3 4)", "(1 2 3 4)"),
        ("cons*", "1", "1"),
        ("make-list", "2 x", "(x x)"),
        ("length", "(a (b) (c d e))", "3"),
        ("length", "(a . b)", "! length: first argument: expected a list, given (a . b)"),
        ("length", "#0=(a . #0#)", "! length: first argument: expected a list, given #0=(a . #0#)"),
        ("length", "5", "!"),
        ("length+", "#0=(a b c . #0#)", "#f"),
        ("list?", "#0=(a b . #0#)", "#f"),
        ("list?", "(a . b)", "#f"),
        ("append", "", "()"),
        ("append", "5", "5"),
        ("append", "(a) (b c) () (d . e)", "(a b c d . e)"),
        ("append", "(a . b) (c)", "!"),
        ("append!", "(a) () (b c) d", "(a b c . d)"),
        ("reverse", "(a (b) c)", "(c (b) a)"),
        ("reverse!", "(a b c d)", "(d c b a)"),
        ("append-reverse", "(3 2 1) (4 5)", "(1 2 3 4 5)"),
        ("append-reverse!", "(3 2 1) (4 5)", "(1 2 3 4 5)"),
        ("list-tail", "(a b c d) 2", "(c d)"),
        ("list-tail", "(a b) 3", "!"),
        ("list-head", "(a b c d) 2", "(a b)"),
        ("list-head", "(a b) 3", "!"),
        ("list-ref", "(a b c d) 2", "c"),
        ("list-ref", "(a b) 2", "! list-ref: second argument: out of range: 2"),
        ("list-copy", "(1 2 . 3)", "(1 2 . 3)"),
        ("list-copy", "7", "7"),
        ("last-pair", "(1 2 . 3)", "(2 . 3)"),
        ("memq", "c (a b c d)", "(c d)"),
        ("memq", "z (a b c . d)", "!"),
        ("memq", "z #0=(a b . #0#)", "!"),
        ("memv", "1.5 (1 1.5 2)", "(1.5 2)"),
        ("memv", "1e300 (1 1e300 2)", "(1e300 2)"),
        ("%member", "(a) (b (a) c)", "((a) c)"),
        ("assq", "b ((a 1) (b 2))", "(b 2)"),
        ("assq", "b (a)", "!"),
        ("assv", "5 ((2 3) (5 7) (11 13))", "(5 7)"),
        ("%assoc", "(a) (((a)) ((b)))", "((a))"),
        ("caddr", "(1 2 3)", "3"),
        ("cdddr", "(1 2)", "! cdddr: first argument: has no cdddr (1 2)"),
        ("cadadr", "(1 (2 3))", "3"),
        ("cddddr", "(1 2 3 4 5)", "(5)"),
        ("boolean=?", "#t #t #f", "#f"),
    ]);
}

#[test]
fn equivalence() {
    check(&[
        ("eqv?", "100000000000000000000 100000000000000000000", "#t"),
        ("eqv?", "0.0 -0.0", "#f"),
        ("eqv?", "2 2.0", "#f"),
        ("eqv?", "\"\" \"\"", "#f"),
        ("eq?", "(a) (a)", "#f"),
        ("equal?", "(a (b #(1 2.5 \"x\" #u8(1 2))) #\\c) (a (b #(1 2.5 \"x\" #u8(1 2))) #\\c)", "#t"),
        ("equal?", "(a b . c) (a b c)", "#f"),
        ("equal?", "#(1 2 3) #(1 2 4)", "#f"),
        ("equal?", "#(1 2 3) #(1 2)", "#f"),
        ("equal?", "\"λx\" \"λx\"", "#t"),
        ("equal?", "#0=(a b . #0#) #1=(a b a b . #1#)", "#t"),
        ("equal?", "#0=(a b . #0#) #1=(a b a . #1#)", "#f"),
        ("equal?", "#0=#(1 #0# 2) #1=#(1 #1# 2)", "#t"),
        ("equal?", "#0=(#0# . #0#) #1=(#1# . #1#)", "#t"),
    ]);
}

#[test]
fn equal_shares_the_work_on_shared_structure() {
    with_cx(|cx| {
        // A tower of pairs whose halves are the same: 2^60 paths, 60 nodes.
        let tower = |cx: &mut crate::cx::Cx<'_>| {
            let t = cx.root(Val::NIL);
            for _ in 0..60 {
                let pair = cx.cons(t, t).expect("room");
                cx.assign(t, pair);
            }
            cx.get(t).word()
        };
        // Nothing collects between the two: they are far smaller than a nursery.
        let (a, b) = (tower(cx), tower(cx));
        let (a, b) = (cx.root_word(a), cx.root_word(b));
        assert_eq!(written(cx, "equal?", &[a, b]), "#t");
    });
}

#[test]
fn long_lists_survive_collections() {
    with_cx(|cx| {
        let n = values(cx, "60000 x");
        let long = call(cx, "make-list", &n).expect("room");
        let copy = call(cx, "list-copy", &[long]).expect("room");
        assert_eq!(written(cx, "length", &[copy]), "60000");
        assert_eq!(written(cx, "equal?", &[long, copy]), "#t");
        let back = call(cx, "reverse!", &[copy]).expect("a list");
        assert_eq!(written(cx, "length", &[back]), "60000");
        let v = call(cx, "list->vector", &[back]).expect("room");
        assert_eq!(written(cx, "vector-length", &[v]), "60000");
    });
}

#[test]
fn symbols() {
    check(&[
        ("symbol->string", "flying-fish", "\"flying-fish\""),
        ("string->symbol", "\"Hello World\"", "|Hello World|"),
        ("symbol-append", "foo bar", "foobar"),
        ("symbol<?", "a b c", "#t"),
        ("symbol=?", "a a b", "#f"),
        ("symbol-interned?", "a", "#t"),
        ("symbol->string", "\"a\"", "!"),
    ]);
    with_cx(|cx| {
        let (a, b) = (call(cx, "%gensym", &[]).expect("room"), call(cx, "%gensym", &[]).expect("room"));
        assert!(!cx.get(a).is(cx.get(b)));
        assert_eq!(written(cx, "symbol-interned?", &[a]), "#f");
        assert_eq!(written(cx, "symbol->string", &[a]), "\"g1\"");
    });
}
