//! Canonical form, copies, equality, serialization, labels, depth.

use super::*;
use crate::reader::read_all;
use crate::source::SourceId;

fn read(text: &str) -> Datum {
    read_all(SourceId(0), text).unwrap().remove(0)
}

#[test]
fn lists_are_canonical() {
    let symbol = |name: &str| Datum::symbol(Span::NONE, name);
    let check = |datum: Datum, expect: &str| assert_eq!(datum, read(expect), "{datum}");
    check(Datum::list(Span::NONE, vec![], None), "()");
    check(Datum::list(Span::NONE, vec![], Some(symbol("a"))), "a");
    check(Datum::list(Span::NONE, vec![symbol("a")], Some(read("()"))), "(a)");
    check(Datum::list(Span::NONE, vec![symbol("a")], Some(read("(b c)"))), "(a b c)");
    check(Datum::list(Span::NONE, vec![symbol("a")], Some(read("(b . c)"))), "(a b . c)");
}

#[test]
fn equality_ignores_spans_only() {
    let check = |a: &str, b: &str, same: bool| assert_eq!(read(a) == read(b), same, "{a} {b}");
    check("(a  b)", "(a b)", true);
    check("(a b)", "(a . b)", false);
    check("(a b)", "#(a b)", false);
    check("1", "1.0", false);
    check("0.0", "-0.0", false);
    check("+nan.0", "+nan.0", true);
    check("\"a\"", "a", false);
    check("(a (b c))", "(a (b d))", false);
    check("#u8(1 2)", "#u8(1 2)", true);
    check("#0=(a #0#)", "#1=(a #1#)", false);
}

const EVERYTHING: &str = "(a |b c| . #(1 2/3 1.5 1+2i 99999999999999999999 #t #\\a \"s\" #u8(1 2) () #0=(x . #0#)))";

#[test]
fn copies_and_images_keep_spans() {
    let datum = read(EVERYTHING);
    let bytes = postcard::to_stdvec(&datum).unwrap();
    let image: Datum = postcard::from_bytes(&bytes).unwrap();
    for copy in [datum.clone(), image] {
        assert_eq!(copy, datum);
        let spans = |datum: &Datum| flat::postorder(datum).iter().map(|node| node.span).collect::<Vec<_>>();
        assert_eq!(spans(&copy), spans(&datum));
    }
}

#[test]
fn damaged_images_are_errors() {
    let bytes = postcard::to_stdvec(&read(EVERYTHING)).unwrap();
    for cut in 0..bytes.len() {
        assert!(postcard::from_bytes::<Datum>(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    // A list of 5 items that are not there.
    let mut short = postcard::to_stdvec(&read("(a)")).unwrap();
    let last = short.len() - 2;
    assert_eq!(short[last], 1, "the count of items");
    short[last] = 5;
    assert!(postcard::from_bytes::<Datum>(&short).is_err());
}

#[test]
fn a_million_levels() {
    const DEPTH: usize = 1_000_000;
    let text = format!("{}x{}", "(".repeat(DEPTH), ")".repeat(DEPTH));
    let datum = read(&text);
    let copy = datum.clone();
    assert!(copy == datum);
    assert_eq!(datum.to_string(), text);
    let bytes = postcard::to_stdvec(&datum).unwrap();
    drop(datum);
    let image: Datum = postcard::from_bytes(&bytes).unwrap();
    assert!(image == copy);
    assert!(check_labels(&copy).unwrap().is_empty());
}

#[test]
fn a_million_quotes_and_vectors() {
    let quotes = format!("{}x", "'".repeat(1_000_000));
    assert_eq!(read(&quotes).to_string(), quotes);
    let vectors = format!("{}{}", "#(".repeat(500_000), ")".repeat(500_000));
    assert_eq!(read(&vectors).to_string(), vectors);
}

fn labels(text: &str) -> Result<(usize, Vec<u32>), &'static str> {
    let checked = check_labels(&read(text)).map_err(|error| error.code)?;
    Ok((checked.defined.len(), checked.circular.iter().map(|(n, _)| *n).collect()))
}

#[test]
fn label_rules() {
    assert_eq!(labels("(a b)"), Ok((0, vec![])));
    assert_eq!(labels("(#0=(a) #0#)"), Ok((1, vec![])));
    assert_eq!(labels("#0=(a . #0#)"), Ok((1, vec![0])));
    assert_eq!(labels("(#0=(a #1=#(#0# #1#)) #1#)"), Ok((2, vec![0, 1])));
    assert_eq!(labels("(#0# #0=a)"), Err("E0120"));
    assert_eq!(labels("#0=#0#"), Err("E0118"));
    assert_eq!(labels("(#0=a #0=b)"), Err("E0119"));
}
