//! Part of the module named like its folder.
use super::{Style, print};
use crate::cx::{Cx, H};
use crate::prims::lists::check::values;
use crate::testing::with_cx;
use crate::val::Val;

fn check(style: Style, rows: &[(&str, &str)]) {
    with_cx(|cx| {
        for &(datum, expect) in rows {
            let h = values(cx, datum)[0];
            assert_eq!(print(cx, h, style).expect("it is short"), expect);
        }
    });
}

#[test]
fn written_forms_read_back() {
    check(
        Style::WRITE,
        &[
            ("(a (b . c) #(1 2) #u8(3) \"x\\\"\" #\\space #t #f ())", "(a (b . c) #(1 2) #u8(3) \"x\\\"\" #\\space #t #f ())"),
            ("'x", "'x"),
            ("(quote x y)", "(quote x y)"),
            ("(quote . x)", "(quote . x)"),
            ("`(a ,b ,@c)", "`(a ,b ,@c)"),
            ("|hello world|", "|hello world|"),
            ("||", "||"),
            ("-1.5e300", "-1.5e300"),
            ("1/3", "1/3"),
            ("+nan.0", "+nan.0"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ],
    );
    check(Style::DISPLAY, &[("(\"a\" #\\b |c d|)", "(a b c d)")]);
}

#[test]
fn labels_as_each_procedure_wants() {
    let shared = "(#0=(a) #0#)";
    check(Style::WRITE, &[(shared, "((a) (a))"), ("#0=(a . #0#)", "#0=(a . #0#)"), ("#0=#(1 #0#)", "#0=#(1 #0#)"), ("(x . #0=(a b . #0#))", "(x . #0=(a b . #0#))")]);
    check(Style::SHARED, &[(shared, "(#0=(a) #0#)"), ("(a . #0=(b . #0#))", "(a . #0=(b . #0#))")]);
    check(Style::SIMPLE, &[(shared, "((a) (a))")]);
    check(Style::WRITE, &[("(quote . #0=(x . #0#))", "(quote . #0=(x . #0#))")]);
}

#[test]
fn deep_and_long_values_print() {
    with_cx(|cx| {
        let deep = cx.root(Val::NIL);
        let nil = cx.root(Val::NIL);
        for _ in 0..100_000 {
            cx.scope(|cx, lift| {
                let (deep, nil): (H<'_>, H<'_>) = (lift.up(deep), lift.up(nil));
                let pair = cx.cons(deep, nil).expect("room");
                cx.assign(deep, pair);
            });
        }
        let text = print(cx, deep, Style::WRITE).expect("room");
        assert_eq!(text.len(), 2 * 100_001);
    });
}

#[test]
fn text_has_a_limit() {
    fn tower<'s>(cx: &mut Cx<'s>, height: usize) -> H<'s> {
        let t = cx.root(Val::NIL);
        for _ in 0..height {
            let pair = cx.cons(t, t).expect("room");
            cx.assign(t, pair);
        }
        t
    }
    with_cx(|cx| {
        let t = tower(cx, 60);
        assert!(print(cx, t, Style { limit: 1 << 16, ..Style::WRITE }).is_err());
        assert!(super::to_string(cx, t).ends_with("..."));
        let shared = print(cx, t, Style::SHARED).expect("labels keep it short");
        assert!(shared.len() < 2000);
    });
}
