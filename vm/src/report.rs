//! Reports of what nobody handled: message, source line with a caret, stack trace.

use crate::condition::kinds;
use crate::cx::{Cx, H};
use crate::printer;
use crate::processor::Processor;
use crate::trace::{Trace, TraceFrame};
use gambol_abi::layout::{Kind, condition};
use gambol_abi::value;
use gambol_front::compiler::Compiler;
use gambol_front::diag::{Diagnostic, Style};
use gambol_front::image::BUILT_IN;
use gambol_front::source::{SourceMap, Span};

/// Frames printed before and after the elided middle of a long trace.
const SHOWN: usize = 12;
/// Frames of these sources on top of a trace are the raising itself.
const RAISING: &str = "built-in:gambol/internal/exceptions.scm";

/// The text of an uncaught pending object.
pub(crate) fn uncaught(p: &mut Processor, compiler: &Compiler, style: Style) -> String {
    let mut trace = std::mem::take(&mut p.trace);
    let sources = compiler.sources();
    let from = |span: Span, name: &str| sources.name(span.source).is_some_and(|n| n.starts_with(name));
    let raising = trace.frames.iter().take_while(|f| from(f.span, RAISING)).count();
    trace.frames.drain(..raising);
    let mut d = Diagnostic::error("uncaught", String::new());
    // The innermost place in the user's own text: what a library does inside is in the trace.
    let own = trace.frames.iter().map(|f| f.span).find(|s| !s.is_none() && !from(*s, BUILT_IN));
    if let Some(span) = own.or(trace.frames.first().map(|f| f.span)) {
        d = d.at(span);
    }
    d = explain(p, d, compiler);
    let mut out = d.render(sources, style);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    frames(&mut out, &trace, sources);
    out
}

/// Adds the message, and what helps to understand it.
fn explain(p: &mut Processor, mut d: Diagnostic, compiler: &Compiler) -> Diagnostic {
    let limit = p.vm.heap.limit_bytes();
    Cx::enter(p, |cx| {
        let pending = cx.root_word(cx.p().pending);
        if !cx.get(pending).is_kind(Kind::Condition) {
            d.message = format!("uncaught object: {}", printer::to_string(cx, pending));
            return d;
        }
        d.message = describe(cx, pending);
        if cx.condition_has(pending, kinds::UNDEFINED) {
            let irritants = cx.get(pending).field(condition::IRRITANTS);
            let name = if irritants.is_pair() && irritants.car().is_kind(Kind::Symbol) { Some(irritants.car().symbol_name().to_string()) } else { None };
            if let Some(hint) = name.and_then(|n| compiler.hint_for_unbound(&n)) {
                d = d.help(hint);
            }
        }
        if cx.condition_has(pending, kinds::STORAGE) {
            d = d.note(format!("heap and stack may take {} MiB; --heap-max=SIZE changes that", limit >> 20));
        }
        d
    })
}

/// `who: message irritant ...`
pub(crate) fn describe<'s>(cx: &mut Cx<'s>, c: H<'s>) -> String {
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

/// Whether the pending object says that the user interrupted the program.
pub(crate) fn is_interrupt(p: &mut Processor) -> bool {
    Cx::enter(p, |cx| {
        let h = cx.root_word(cx.p().pending);
        cx.get(h).is_kind(Kind::Condition) && value::fixnum_value(cx.get(h).raw_field(condition::KINDS)) & kinds::INTERRUPT != 0
    })
}

fn line(f: &TraceFrame, sources: &SourceMap) -> String {
    let what = match (&f.name, f.top) {
        (Some(name), _) => format!("in {name}"),
        (None, true) => "at top level".to_string(),
        (None, false) => "in an anonymous procedure".to_string(),
    };
    if f.span.is_none() { format!("  {what}\n") } else { format!("  {what}, {}\n", sources.describe(f.span)) }
}

fn frames(out: &mut String, trace: &Trace, sources: &SourceMap) {
    let mut last: Option<(String, usize)> = None;
    let mut lines: Vec<String> = Vec::new();
    for f in &trace.frames {
        let text = line(f, sources);
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
