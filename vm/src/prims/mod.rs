//! Primitives: the generated wrappers that check arguments against the table, and the bodies, one
//! file per family, mirroring the table's files in `abi`.

pub(crate) mod control;
pub(crate) mod io;
pub(crate) mod lists;
pub(crate) mod numbers;
pub(crate) mod system;
pub(crate) mod tables;
pub(crate) mod text;
pub(crate) mod types;
pub(crate) mod vectors;

use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Out, Raise};
use gambol_abi::prims::PrimId;

/// A primitive as the interpreter calls it.
pub(crate) type Body = for<'a, 's> fn(&'a mut Cx<'s>, Args<'s>) -> Out<'a>;

macro_rules! wrappers {
    ($($family:ident { $($name:literal $ident:ident [$($req:ident)*] [$($opt:ident)*] [$($rest:ident)?] -> $result:ident $class:ident [$($eff:ident)*] [$($inl:tt)+];)* })*) => {
        /// The checked entry of every primitive, in order of number.
        pub(crate) static BODIES: &[Body] = &[$($(wrappers!(@entry $class $family $ident [$($req)*] [$($opt)*] [$($rest)?])),*),*];
    };
    (@entry Control $family:ident $ident:ident $req:tt $opt:tt $rest:tt) => { control_only };
    (@entry $class:ident $family:ident $ident:ident [$($req:ident)*] [$($opt:ident)*] [$($rest:ident)?]) => {{
        fn checked<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            const REQUIRED: usize = 0 $(+ { let _ = stringify!($req); 1 })*;
            const OPTIONAL: usize = 0 $(+ { let _ = stringify!($opt); 1 })*;
            const REST: bool = false $(|| { let _ = stringify!($rest); true })?;
            let n = args.len();
            if n < REQUIRED || (!REST && n > REQUIRED + OPTIONAL) {
                return Err(wrong_count_of_primitive(cx, n));
            }
            #[allow(unused_mut, unused_variables, unused_assignments, reason = "a primitive may take no arguments")]
            {
                let mut i = 0;
                $(
                    if !types::$req(args.word(i)) {
                        return Err(cx.wrong_type(args, i, gambol_abi::prims::Type::$req));
                    }
                    i += 1;
                )*
                $(
                    if i < n && !types::$opt(args.word(i)) {
                        return Err(cx.wrong_type(args, i, gambol_abi::prims::Type::$opt));
                    }
                    i += 1;
                )*
                $(
                    while i < n {
                        if !types::$rest(args.word(i)) {
                            return Err(cx.wrong_type(args, i, gambol_abi::prims::Type::$rest));
                        }
                        i += 1;
                    }
                )?
            }
            $family::$ident(cx, args)
        }
        checked
    }};
}
gambol_abi::for_each_prim! { wrappers }

fn control_only<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    Err(cx.fail(kinds::ERROR | kinds::ASSERTION, "this primitive can only be called by name", &[]))
}

/// Applies primitive `id` to `count` rooted words, the first in `first` and the others below it.
pub(crate) fn apply<'a, 's>(cx: &'a mut Cx<'s>, id: PrimId, first: H<'s>, count: usize) -> Out<'a> {
    cx.p_mut().current_prim = id.0;
    // SAFETY: the caller pushed `count` handles in descending order of arguments.
    let args = unsafe { Args::new(first.address(), count) };
    BODIES[id.0 as usize](cx, args)
}

/// "2 arguments", "1 or 2 arguments", "at least 1 argument": counts as `Template::counts` has them.
fn expectation(counts: &[(usize, bool)]) -> String {
    let mut open = counts.iter().filter(|c| c.1).map(|c| c.0).min();
    let mut exact: Vec<usize> = counts.iter().map(|c| c.0).filter(|&n| open.is_none_or(|o| n < o)).collect();
    exact.sort_unstable();
    exact.dedup();
    // Counts just below an open end belong to it.
    while let (Some(o), Some(&last)) = (open, exact.last())
        && last + 1 == o
    {
        open = exact.pop();
    }
    let contiguous = exact.len() > 2 && exact.windows(2).all(|w| w[0] + 1 == w[1]);
    let mut parts: Vec<String> = match exact[..] {
        [first, .., last] if contiguous => vec![format!("{first} to {last}")],
        _ => exact.iter().map(usize::to_string).collect(),
    };
    parts.extend(open.map(|n| format!("at least {n}")));
    let one = matches!((&exact[..], open), ([], Some(1)) | ([1], None));
    format!("{} argument{}", parts.join(" or "), if one { "" } else { "s" })
}

#[cold]
fn wrong_count_of_primitive(cx: &mut Cx<'_>, given: usize) -> Raise {
    let info = PrimId(cx.p().current_prim).info();
    let least = info.required.len();
    let most = least + info.optional.len();
    let counts: Vec<_> = (least..=most).map(|n| (n, n == most && info.rest.is_some())).collect();
    cx.fail(kinds::ERROR | kinds::ASSERTION, &format!("expected {}, given {given}", expectation(&counts)), &[])
}

/// A procedure was called with a count that it does not accept.
#[cold]
pub(crate) fn wrong_count<'s>(cx: &mut Cx<'s>, f: H<'s>, given: usize) -> Raise {
    let (name, expected) = {
        let t = cx.get(f).template();
        (t.name.clone().unwrap_or_else(|| "anonymous procedure".into()), expectation(&t.counts()))
    };
    let raise = cx.fail_as(&name, kinds::ERROR | kinds::ASSERTION, &format!("expected {expected}, given {given}"), &[]);
    // Reports show its definition.
    let condition = cx.root_word(cx.p().pending);
    if cx.condition_has(condition, kinds::ASSERTION) {
        cx.set_field(condition, gambol_abi::layout::condition::EXTRA, f);
    }
    raise
}

/// Something that is not a procedure was called.
#[cold]
pub(crate) fn not_a_procedure<'s>(cx: &mut Cx<'s>, f: H<'s>) -> Raise {
    cx.fail_as("", kinds::ERROR | kinds::ASSERTION, "called something that is not a procedure:", &[f])
}

/// A record accessor or modifier met something else.
#[cold]
pub(crate) fn wrong_record<'s>(cx: &mut Cx<'s>, value: H<'s>, rtd: H<'s>, field: usize, set: bool) -> Raise {
    let (name, field) = {
        let rtd = cx.get(rtd);
        let fields = rtd.field(1);
        let field = if field < fields.vector_len() { fields.vector_ref(field).symbol_name().to_string() } else { field.to_string() };
        (rtd.field(0).symbol_name().to_string(), field)
    };
    let who = if set { format!("set {field} of {name}") } else { format!("{field} of {name}") };
    cx.fail_as(&who, kinds::ERROR | kinds::ASSERTION, &format!("first argument: expected a record of type {name}, given"), &[value])
}

/// Optional argument `i` as an index, or `default` when it was not given.
pub(crate) fn index_or<'s>(cx: &Cx<'s>, args: Args<'s>, i: usize, default: usize) -> usize {
    args.opt(i).and_then(|h| cx.get(h).as_index()).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::expectation;

    #[test]
    fn counts_are_told_in_words() {
        let text = |counts: &[(usize, bool)]| expectation(counts);
        assert_eq!(text(&[(1, false)]), "1 argument");
        assert_eq!(text(&[(0, false)]), "0 arguments");
        assert_eq!(text(&[(1, false), (2, false)]), "1 or 2 arguments");
        assert_eq!(text(&[(2, false), (1, false), (3, false)]), "1 to 3 arguments");
        assert_eq!(text(&[(1, true)]), "at least 1 argument");
        assert_eq!(text(&[(1, false), (2, true)]), "at least 1 argument");
        assert_eq!(text(&[(0, false), (2, true)]), "0 or at least 2 arguments");
    }
}
