//! Reports of what nobody handled: message, source line with a caret, stack trace.

use crate::condition::{KIND_NAMES, kinds};
use crate::cx::Cx;
use crate::printer;
use crate::processor::Processor;
use crate::trace::{Trace, TraceFrame};
use gambol_abi::layout::{Kind, condition};
use gambol_abi::value;
use gambol_front::diag::{Diagnostic, Style};
use gambol_front::source::SourceMap;

/// Frames printed before and after the elided middle of a long trace.
const SHOWN: usize = 12;

/// The text of an uncaught pending object.
pub(crate) fn uncaught(p: &mut Processor, sources: &SourceMap, style: Style) -> String {
    let trace = std::mem::take(&mut p.trace);
    let (message, placed) = Cx::enter(p, |cx| {
        let pending = cx.root_word(cx.p().pending);
        let is_condition = cx.get(pending).is_kind(Kind::Condition);
        if is_condition { (describe(cx, pending), true) } else { (format!("uncaught object: {}", printer::to_string(cx, pending)), false) }
    });
    let place = if placed { trace.frames.first().map(|f| f.span).filter(|s| !s.is_none()) } else { None };
    let mut d = Diagnostic::error("uncaught", message);
    if let Some(span) = place {
        d = d.at(span);
    }
    let mut out = d.render(sources, style);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    frames(&mut out, &trace, sources);
    out
}

/// `who: message irritant ...`
pub(crate) fn describe<'s>(cx: &mut Cx<'s>, c: crate::cx::H<'s>) -> String {
    let part = |cx: &mut Cx<'s>, i: usize| cx.root(cx.get(c).field(i));
    let who = part(cx, condition::WHO);
    let message = part(cx, condition::MESSAGE);
    let irritants = part(cx, condition::IRRITANTS);
    let mut out = String::new();
    if cx.get(who).is_true() {
        out.push_str(&printer::to_display_string(cx, who));
        out.push_str(": ");
    }
    out.push_str(&if cx.get(message).is_kind(Kind::String) { cx.get(message).text().to_string() } else { printer::to_string(cx, message) });
    let count = cx.get(irritants).list_length().unwrap_or(0);
    for _ in 0..count {
        cx.scope(|cx, lift| {
            let irritants = lift.up(irritants);
            let item = cx.root(cx.get(irritants).car());
            out.push(' ');
            out.push_str(&printer::to_string(cx, item));
            cx.set(irritants, cx.get(irritants).cdr());
        });
    }
    out
}

/// The names of a condition's kinds, `&error &assertion` and the like.
pub(crate) fn kind_names(bits: i64) -> Vec<&'static str> {
    KIND_NAMES.iter().filter(|(b, _)| bits & b != 0).map(|(_, n)| *n).collect()
}

/// Whether the pending object says that the user interrupted the program.
pub(crate) fn is_interrupt(p: &mut Processor) -> bool {
    Cx::enter(p, |cx| {
        let h = cx.root_word(cx.p().pending);
        cx.get(h).is_kind(Kind::Condition) && value::fixnum_value(cx.get(h).raw_field(condition::KINDS)) & kinds::INTERRUPT != 0
    })
}

fn frames(out: &mut String, trace: &Trace, sources: &SourceMap) {
    let line = |f: &TraceFrame| {
        let name = f.name.as_deref().unwrap_or("anonymous");
        if f.span.is_none() { format!("  in {name}\n") } else { format!("  in {name} at {}\n", sources.describe(f.span)) }
    };
    let mut last: Option<(String, usize)> = None;
    let mut lines: Vec<String> = Vec::new();
    for f in &trace.frames {
        let text = line(f);
        match &mut last {
            Some((l, n)) if *l == text => *n += 1,
            _ => {
                flush(&mut lines, last.take());
                last = Some((text, 1));
            }
        }
    }
    flush(&mut lines, last);
    let total = lines.len();
    for (i, l) in lines.into_iter().enumerate() {
        if total > 2 * SHOWN && i == SHOWN {
            out.push_str(&format!("  ... {} more ...\n", total - 2 * SHOWN));
        }
        if total <= 2 * SHOWN || i < SHOWN || i >= total - SHOWN {
            out.push_str(&l);
        }
    }
    if trace.truncated {
        out.push_str("  ... older frames ...\n");
    }
}

fn flush(lines: &mut Vec<String>, last: Option<(String, usize)>) {
    match last {
        Some((l, 1)) => lines.push(l),
        Some((l, n)) => lines.push(format!("{} ({n} times)\n", l.trim_end())),
        None => {}
    }
}
