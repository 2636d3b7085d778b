//! Calling primitives by name in tests: arguments and results are written as a program would.

use crate::condition::kinds;
use crate::convert;
use crate::cx::{Cx, H};
use crate::prims;
use crate::printer;
use crate::report;
use crate::testing::with_cx;
use crate::val::Val;
use gambol_abi::prims::PrimId;
use gambol_front::reader::read_all;
use gambol_front::source::SourceId;

/// The values of these datums.
pub(crate) fn values<'s>(cx: &mut Cx<'s>, text: &str) -> Vec<H<'s>> {
    let datums = read_all(SourceId::NONE, text).unwrap_or_else(|e| panic!("{text}: {e}"));
    datums.iter().map(|d| convert::to_value(cx, d).expect("room for a datum")).collect()
}
/// Applies a primitive; the error is the report of the condition.
pub(crate) fn call<'s>(cx: &mut Cx<'s>, name: &str, args: &[H<'s>]) -> Result<H<'s>, String> {
    let id = PrimId::named(name).unwrap_or_else(|| panic!("no primitive {name}"));
    // Arguments lie in descending slots, as in a frame: the last one is pushed first.
    let pushed: Vec<H<'s>> = args.iter().rev().map(|&h| cx.root(cx.get(h))).collect();
    let first = pushed.last().copied().unwrap_or_else(|| cx.root(Val::FALSE));
    let result = prims::apply(cx, id, first, args.len()).map(|v| v.word());
    match result {
        Ok(word) => Ok(cx.root_word(word)),
        Err(_) => {
            let pending = cx.root_word(cx.p().pending);
            assert!(cx.condition_has(pending, kinds::ERROR | kinds::STORAGE | kinds::INTERRUPT));
            Err(report::describe(cx, pending))
        }
    }
}
/// The written form of what a primitive returns, or `! report`.
pub(crate) fn written<'s>(cx: &mut Cx<'s>, name: &str, args: &[H<'s>]) -> String {
    match call(cx, name, args) {
        Ok(h) => printer::to_string(cx, h),
        Err(report) => format!("! {report}"),
    }
}
/// Checks rows `(primitive, arguments, result)`; a result `!` stands for any error.
pub(crate) fn check(rows: &[(&str, &str, &str)]) {
    with_cx(|cx| {
        for &(name, args, expect) in rows {
            let handles = values(cx, args);
            let got = written(cx, name, &handles);
            if expect == "!" {
                assert!(got.starts_with('!'), "({name} {args}) gave {got}");
            } else {
                assert_eq!(got, expect, "({name} {args})");
            }
        }
    });
}
