//! Part of the module named like its folder.
use crate::prims::lists::check::{call, check, values, written};
use crate::testing::with_cx;

#[test]
fn vectors() {
    check(&[
        ("make-vector", "3 x", "#(x x x)"),
        ("make-vector", "1000000000000000000", "!"),
        ("make-vector", "-1", "!"),
        ("vector", "a (b) 3", "#(a (b) 3)"),
        ("vector->list", "#(dah dah didah) 1 2", "(dah)"),
        ("vector->list", "#(dah) 1 3", "!"),
        ("list->vector", "(a b c)", "#(a b c)"),
        ("list->vector", "(a . b)", "!"),
        ("vector-copy", "#(a b c) 1", "#(b c)"),
        ("subvector", "#(a b c) 0 2", "#(a b)"),
        ("vector-append", "#(a) #() #(b c)", "#(a b c)"),
        ("vector-ref", "#(a b) 2", "! vector-ref: second argument: out of range: 2"),
        ("bytevector", "1 3 5", "#u8(1 3 5)"),
        ("bytevector", "256", "! bytevector: first argument: expected an exact integer from 0 to 255, given 256"),
        ("make-bytevector", "2 7", "#u8(7 7)"),
        ("bytevector-copy", "#u8(1 2 3 4 5) 2 4", "#u8(3 4)"),
        ("bytevector-append", "#u8(0 1) #u8(2)", "#u8(0 1 2)"),
        ("bytevector=?", "#u8(0 1) #u8(0 1)", "#t"),
    ]);
}

#[test]
fn copies_may_overlap() {
    with_cx(|cx| {
        let h = values(cx, "#(1 2 3 4 5) #u8(1 2 3 4 5) 0 1 3");
        call(cx, "vector-copy!", &[h[0], h[3], h[0], h[2], h[4]]).expect("it fits");
        assert_eq!(written(cx, "vector-copy", &[h[0]]), "#(1 1 2 3 5)");
        call(cx, "vector-copy!", &[h[0], h[2], h[0], h[3], h[4]]).expect("it fits");
        assert_eq!(written(cx, "vector-copy", &[h[0]]), "#(1 2 2 3 5)");
        call(cx, "bytevector-copy!", &[h[1], h[3], h[1], h[2], h[4]]).expect("it fits");
        assert_eq!(written(cx, "bytevector-copy", &[h[1]]), "#u8(1 1 2 3 5)");
        assert!(call(cx, "vector-copy!", &[h[0], h[4], h[0]]).is_err());
    });
}

#[test]
fn records_and_promises() {
    with_cx(|cx| {
        let h = values(cx, "<point> (x y) 1 2 #f thunk #t value");
        let point = call(cx, "%make-record-type", &h[..2]).expect("a type");
        let p = call(cx, "%make-record", &[point, h[2], h[3]]).expect("a record");
        assert_eq!(written(cx, "list", &[p, point]), "(#<point x: 1 y: 2> #<record type point>)");
        assert_eq!(written(cx, "%record?", &[p, point]), "#t");
        assert_eq!(written(cx, "%record-field", &[p, h[2]]), "2");
        assert!(call(cx, "%make-record", &[point, h[2]]).is_err());
        let (a, b) = (call(cx, "%make-promise", &[h[4], h[5]]).expect("room"), call(cx, "%make-promise", &[h[6], h[7]]).expect("room"));
        call(cx, "%promise-update!", &[b, a]).expect("promises");
        assert_eq!(written(cx, "%promise-done?", &[a]), "#t");
        call(cx, "%promise-set!", &[a, h[6], h[5]]).expect("a promise");
        assert_eq!(written(cx, "%promise-value", &[b]), "thunk", "content is shared");
    });
}
