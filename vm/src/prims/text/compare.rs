//! Order of strings: by code points, which is also the order of their Latin-1 bytes.

use super::case::fold;
use super::latin1_slice;
use crate::cx::{Args, Cx, Out};
use crate::val::Val;
use std::cmp::Ordering;

/// Order of two strings.
pub(crate) fn compare(a: Val<'_>, b: Val<'_>) -> Ordering {
    if let (Some(x), Some(y)) = (latin1_slice(a), latin1_slice(b)) {
        return x.cmp(y);
    }
    let (x, y) = (a.text(), b.text());
    let codes = (0..x.len().min(y.len())).map(|i| x.code(i).cmp(&y.code(i)));
    codes.into_iter().find(|o| o.is_ne()).unwrap_or_else(|| x.len().cmp(&y.len()))
}
/// Order of two strings after folding case.
pub(crate) fn compare_ci(a: Val<'_>, b: Val<'_>) -> Ordering {
    if let (Some(x), Some(y)) = (latin1_slice(a), latin1_slice(b))
        && x.is_ascii()
        && y.is_ascii()
    {
        let fold = |s: &[u8]| s.iter().map(u8::to_ascii_lowercase).collect::<Vec<u8>>();
        return fold(x).cmp(&fold(y));
    }
    fold(&a.text().to_string()).cmp(&fold(&b.text().to_string()))
}
macro_rules! orders {
    ($($name:ident $text:literal $compare:ident $test:ident;)*) => { $(
        #[doc = concat!("`(", $text, " a b ...)`")]
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            let string = |i: usize| cx.get(args.get(i));
            Ok(Val::boolean((1..args.len()).all(|i| $compare(string(i - 1), string(i)).$test())))
        }
    )* };
}
orders! {
    string_less_p "string<?" compare is_lt;
    string_greater_p "string>?" compare is_gt;
    string_less_eq_p "string<=?" compare is_le;
    string_greater_eq_p "string>=?" compare is_ge;
    string_ci_eq_p "string-ci=?" compare_ci is_eq;
    string_ci_less_p "string-ci<?" compare_ci is_lt;
    string_ci_greater_p "string-ci>?" compare_ci is_gt;
    string_ci_less_eq_p "string-ci<=?" compare_ci is_le;
    string_ci_greater_eq_p "string-ci>=?" compare_ci is_ge;
}
/// `(string=? a b ...)`
pub(crate) fn string_eq_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let first = cx.get(args.get(0)).text();
    Ok(Val::boolean(args.rest(1).all(|h| first.same(cx.get(h).text()))))
}
