//! Compiling at run time: forms for `eval`, files for `load`, environments. Everything becomes
//! thunks, which Scheme calls: nothing runs here.

use crate::condition::kinds;
use crate::convert;
use crate::cx::{Cx, H, Raise};
use crate::link;
use gambol_front::compiler::{Compiled, EnvId};
use gambol_front::datum::Datum;
use gambol_front::diag::Diagnostic;
use gambol_front::reader::{Parser, Step};
use gambol_front::source::Span;
use std::sync::Arc;

/// A source text that is being loaded form by form.
pub(crate) struct Loading {
    parser: Parser,
    text: Arc<str>,
    /// Where the next form starts.
    at: usize,
}

/// `(%compile datum environment)`: the thunks to call in order, the last one for the form itself.
pub(crate) fn compile<'s>(cx: &mut Cx<'s>, form: H<'s>, environment: i64) -> Result<H<'s>, Raise> {
    let datum = datum(cx, form)?;
    form_thunks(cx, &datum, environment)
}

fn form_thunks<'s>(cx: &mut Cx<'s>, form: &Datum, environment: i64) -> Result<H<'s>, Raise> {
    let compiled = cx.p().vm.clone().compiler.lock().compile_form(EnvId(environment as u32), form);
    let thunks = thunks(cx, compiled);
    cx.p_mut().quoted.clear();
    thunks
}

/// `(%load-source name text)`: makes `text` known to the compiler; the number is for `load_next`.
pub(crate) fn load_source(cx: &mut Cx<'_>, name: &str, text: &str) -> Result<i64, Raise> {
    let vm = cx.p().vm.clone();
    let added = vm.compiler.lock().add_source(name, text.as_bytes());
    let source = added.map_err(|d| cx.fail_as("load", kinds::ERROR | kinds::READ, &d.message, &[]))?;
    let mut parser = Parser::new(source);
    parser.allow_script_line();
    let mut loads = vm.loads.lock();
    loads.next += 1;
    let number = loads.next;
    loads.open.insert(number, Loading { parser, text: text.into(), at: 0 });
    Ok(number)
}

/// `(%load-next number environment)`: the next form as thunks; `None` when there is no other.
pub(crate) fn load_next<'s>(cx: &mut Cx<'s>, number: i64, environment: i64) -> Result<Option<H<'s>>, Raise> {
    let vm = cx.p().vm.clone();
    let Some(mut loading) = vm.loads.lock().open.remove(&number) else { return Ok(None) };
    match loading.parser.feed(&loading.text[loading.at..], true) {
        Step::Datum { datum, consumed } => {
            loading.at += consumed;
            vm.loads.lock().open.insert(number, loading);
            form_thunks(cx, &datum, environment).map(Some)
        }
        Step::Error { error, .. } => {
            let message = described(cx, &[error]);
            Err(cx.fail_as("load", kinds::ERROR | kinds::READ, &message, &[]))
        }
        Step::Eof | Step::NeedMore => Ok(None),
    }
}

/// Messages with their places, in one line.
fn described(cx: &Cx<'_>, diagnostics: &[Diagnostic]) -> String {
    let compiler = cx.p().vm.compiler.lock();
    let place = |d: &Diagnostic| d.primary.filter(|s| !s.is_none()).map_or(String::new(), |s| format!(" ({})", compiler.sources().describe(s)));
    let texts: Vec<String> = diagnostics.iter().map(|d| format!("{}{}", d.message, place(d))).collect();
    texts.join("; ")
}

/// `(%environment sets)`: number of a fresh environment and the thunks of the libraries it imports.
pub(crate) fn environment<'s>(cx: &mut Cx<'s>, sets: H<'s>) -> Result<(u32, H<'s>), Raise> {
    let sets = datum(cx, sets)?;
    let made = cx.p().vm.clone().compiler.lock().new_environment(sets.as_list().unwrap_or(&[]), false);
    let number = made.as_ref().map_or(0, |(e, _)| e.0);
    let thunks = thunks(cx, made.map(|(_, libraries)| Compiled { libraries, unit: None }))?;
    Ok((number, thunks))
}

fn datum<'s>(cx: &mut Cx<'s>, form: H<'s>) -> Result<Datum, Raise> {
    convert::to_datum(cx, form, Span::NONE).map_err(|message| cx.fail_as("eval", kinds::ERROR | kinds::SYNTAX, message, &[form]))
}

/// Links what was compiled: a list of thunks.
fn thunks<'s>(cx: &mut Cx<'s>, compiled: Result<Compiled, Vec<Diagnostic>>) -> Result<H<'s>, Raise> {
    let vm = cx.p().vm.clone();
    let Compiled { libraries, unit } = match compiled {
        Ok(c) => c,
        Err(diagnostics) => {
            crate::poll::in_primitive(cx)?;
            let message = described(cx, &diagnostics);
            return Err(cx.fail_as("eval", kinds::ERROR | kinds::SYNTAX, &message, &[]));
        }
    };
    let mut linked = Vec::new();
    for library in libraries {
        if vm.loaded.lock().insert(library.name.clone()) {
            linked.push(link::unit(cx, &library.unit)?);
        }
    }
    if let Some(unit) = unit {
        linked.push(link::unit(cx, &unit)?);
    }
    cx.list(&linked)
}
