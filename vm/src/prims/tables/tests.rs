//! Part of the module named like its folder.
use super::mode;
use crate::cx::{Cx, H};
use crate::prims::lists::check::{call, check, values, written};
use crate::testing::with_cx;
use crate::val::Val;

fn table<'s>(cx: &mut Cx<'s>, mode: i64) -> H<'s> {
    let (mode, none) = (cx.root(Val::fixnum(mode)), cx.root(Val::FALSE));
    call(cx, "%make-table", &[mode, none, none]).expect("room")
}

#[test]
fn keys_are_found_by_the_equivalence_of_the_table() {
    let rows = [
        (mode::EQ, "a \"a\" 1.5 (1)", "(#t #f #t #f)"),
        (mode::EQV, "a \"a\" 1e300 (1)", "(#t #f #t #f)"),
        (mode::EQUAL, "#(1 (2)) \"a\" 100000000000000000000 (1)", "(#t #t #t #t)"),
        (mode::STRING, "\"a\" \"λ\" \"\" \"B\"", "(#t #t #t #t)"),
        (mode::STRING_CI, "\"a\" \"λ\" \"\" \"B\"", "(#t #t #t #t)"),
    ];
    for (mode, keys, expect) in rows {
        with_cx(|cx| {
            let t = table(cx, mode);
            for key in values(cx, keys) {
                call(cx, "%table-set!", &[t, key, key]).expect("room");
            }
            let found: Vec<H<'_>> = values(cx, keys).into_iter().map(|k| call(cx, "%table-contains?", &[t, k]).expect("a key")).collect();
            assert_eq!(written(cx, "list", &found), expect, "{keys}");
        });
    }
    with_cx(|cx| {
        let t = table(cx, mode::STRING);
        let h = values(cx, "a \"a\"");
        assert!(call(cx, "%table-set!", &[t, h[0], h[1]]).is_err());
    });
}

/// A table against a model, with keys in narrow range so that deletions hit.
#[test]
fn a_table_is_a_map() {
    for mode in [mode::EQ, mode::EQV, mode::EQUAL, mode::EQUAL | mode::WEAK] {
        with_cx(|cx| {
            let t = table(cx, mode);
            let mut model = std::collections::BTreeMap::new();
            let mut seed = 0x1234_5678_u64;
            for step in 0..20_000i64 {
                seed = crate::hash::mix(seed.wrapping_add(0x9E37_79B9_7F4A_7C15));
                cx.scope(|cx, lift| {
                    let t = lift.up(t);
                    let n = (seed % 700) as i64;
                    let key = cx.root(Val::fixnum(n));
                    let value = cx.root(Val::fixnum(step));
                    if seed >> 32 & 3 == 0 {
                        let had = written(cx, "%table-delete!", &[t, key]);
                        assert_eq!(had == "#t", model.remove(&n).is_some());
                    } else {
                        call(cx, "%table-set!", &[t, key, value]).expect("room");
                        model.insert(n, step);
                    }
                    let probe = cx.root(Val::fixnum((seed >> 40) as i64 % 700));
                    let absent = cx.root(Val::FALSE);
                    let got = call(cx, "%table-ref", &[t, probe, absent]).expect("a key");
                    assert_eq!(cx.get(got).as_fixnum(), model.get(&((seed >> 40) as i64 % 700)).copied());
                });
            }
            assert_eq!(written(cx, "hash-table-size", &[t]), model.len().to_string());
            let copy = call(cx, "hash-table-copy", &[t]).expect("room");
            call(cx, "hash-table-clear!", &[t]).expect("room");
            assert_eq!(written(cx, "hash-table->alist", &[t]), "()");
            let snapshot = call(cx, "%table-snapshot", &[copy]).expect("room");
            let v = cx.get(snapshot);
            let pairs = (0..v.vector_len() / 2).map(|i| (v.vector_ref(2 * i).fixnum_unchecked(), v.vector_ref(2 * i + 1).fixnum_unchecked()));
            assert!(pairs.collect::<std::collections::BTreeMap<_, _>>() == model);
        });
    }
}

#[test]
fn identity_survives_collections() {
    with_cx(|cx| {
        let t = table(cx, mode::EQ);
        let keys = values(cx, "(a) (b) (c) (d)");
        for &k in &keys {
            call(cx, "%table-set!", &[t, k, k]).expect("room");
        }
        let full = cx.root(Val::TRUE);
        call(cx, "%collect", &[full]).expect("it collects");
        for &k in &keys {
            assert_eq!(written(cx, "%table-contains?", &[t, k]), "#t");
        }
    });
}

#[test]
fn weak_tables_drop_dead_keys() {
    with_cx(|cx| {
        let t = table(cx, mode::EQ | mode::WEAK);
        let kept = values(cx, "(kept)")[0];
        call(cx, "%table-set!", &[t, kept, t]).expect("room");
        for _ in 0..100 {
            cx.scope(|cx, lift| {
                let t = lift.up(t);
                let key = values(cx, "(dead)")[0];
                call(cx, "%table-set!", &[t, key, key]).expect("room");
            });
        }
        let full = cx.root(Val::TRUE);
        call(cx, "%collect", &[full]).expect("it collects");
        assert_eq!(written(cx, "hash-table-size", &[t]), "1");
        assert_eq!(written(cx, "hash-table-keys", &[t]), "((kept))");
        assert_eq!(written(cx, "%table-contains?", &[t, kept]), "#t");
    });
}

#[test]
fn weak_things_break_when_their_object_dies() {
    with_cx(|cx| {
        let kept = values(cx, "(kept)")[0];
        let guardian = call(cx, "%make-guardian", &[]).expect("room");
        let (dead, alive) = {
            let lost = cx.root(Val::FALSE);
            let object = values(cx, "(lost)")[0];
            let weak = call(cx, "make-weak-pair", &[object, kept]).expect("room");
            cx.assign(lost, weak);
            call(cx, "%guardian-register", &[guardian, object, kept]).expect("room");
            let e = call(cx, "make-ephemeron", &[kept, kept]).expect("room");
            (lost, e)
        };
        assert_eq!(written(cx, "weak-car", &[dead]), "(lost)");
        assert_eq!(written(cx, "ephemeron-datum", &[alive]), "(kept)");
    });
}

#[test]
fn hashes_agree_with_their_equivalence() {
    for (name, a, b) in [
        ("equal-hash", "(1 #(2 \"x\") #\\c)", "(1 #(2 \"x\") #\\c)"),
        ("equal-hash", "#0=(1 . #0#)", "#0=(1 . #0#)"),
        ("string-ci-hash", "\"Straße\"", "\"STRASSE\""),
        ("eqv-hash", "100000000000000000000", "100000000000000000000"),
        ("eqv-hash", "1e300", "1e300"),
        ("symbol-hash", "abc", "abc"),
    ] {
        with_cx(|cx| {
            let h = values(cx, &format!("{a} {b}"));
            assert_eq!(written(cx, name, &h[..1]), written(cx, name, &h[1..]), "{name} {a}");
        });
    }
    check(&[("string-hash", "\"abc\" 0", "!"), ("string-hash", "\"abc\" 1", "0")]);
}
