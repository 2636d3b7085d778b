//! Reports of what nobody handled: message, source line with a caret, stack trace.

use crate::condition::{KIND_NAMES, kinds};
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
/// Tail calls printed.
const TAIL_CALLS_SHOWN: usize = 8;
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
    tail_calls(&mut out, p, &trace, sources);
    out
}

/// Tail calls of the user's own code: procedures that a trace lacks, since nothing returns to them.
fn tail_calls(out: &mut String, p: &Processor, trace: &Trace, sources: &SourceMap) {
    let own = |span: Span| sources.name(span.source).is_some_and(|name| !name.starts_with(BUILT_IN));
    let look = |&pc: &u64| p.vm.with_code_at(pc, |t, index| TraceFrame { name: t.name.clone(), span: t.span_at(index), top: false });
    let calls: Vec<TraceFrame> = trace.tail_calls.iter().filter_map(look).filter(|f| own(f.span)).collect();
    // A tail call that failed is in the trace already.
    let failed = trace.frames.first().map(|f| f.span);
    let skip = usize::from(calls.first().is_some_and(|f| Some(f.span) == failed));
    let lines = folded(&calls[skip..], sources);
    if lines.is_empty() {
        return;
    }
    out.push_str("tail calls before that, the last one first:\n");
    lines.iter().take(TAIL_CALLS_SHOWN).for_each(|l| out.push_str(l));
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
        let extra = cx.get(pending).field(condition::EXTRA);
        if extra.is_procedure() {
            d = d.label(extra.template().span, "is defined here");
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
    out.push_str(&match cx.get(message) {
        m if m.is_kind(Kind::String) => m.text().to_string(),
        m if m.is_true() => printer::to_string(cx, message),
        _ => kind_names(value::fixnum_value(cx.get(c).raw_field(condition::KINDS))),
    });
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

/// What a condition without a message is called.
fn kind_names(kinds: i64) -> String {
    let names: Vec<&str> = KIND_NAMES.iter().filter(|(bit, name)| kinds & bit != 0 && name.starts_with('&')).map(|(_, name)| *name).collect();
    if names.is_empty() { "condition".into() } else { names.join(" ") }
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

/// A line for each frame; equal ones in a row are counted.
fn folded(frames: &[TraceFrame], sources: &SourceMap) -> Vec<String> {
    let mut last: Option<(String, usize)> = None;
    let mut lines: Vec<String> = Vec::new();
    for f in frames {
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
    lines
}

fn frames(out: &mut String, trace: &Trace, sources: &SourceMap) {
    let lines = folded(&trace.frames, sources);
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
