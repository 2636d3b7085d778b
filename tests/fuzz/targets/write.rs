//! Writing and reading: what the front end's printer and the runtime's make of a datum reads as the
//! same datum, with labels, sharing and cycles; both readers take and refuse the same texts.

use super::machines::{evaluate, machine};
use gambol_front::datum::{Datum, check_labels};
use gambol_front::print::{write_datum, write_string};
use gambol_front::reader::{Parser, Step};
use gambol_front::source::SourceId;

pub(crate) fn prepare() -> super::Run {
    let mut m = machine("");
    evaluate(&mut m, include_str!("write.scm"));
    Box::new(move |input| {
        let text = super::text(input);
        let datums = read(&text);
        datums.0.iter().for_each(printed_and_read);
        let mut literal = String::new();
        write_string(&mut literal, &text);
        let (count, whole) = (datums.0.len(), if datums.1 { "#t" } else { "#f" });
        evaluate(&mut m, &format!("(check {literal} {count} {whole})"));
    })
}

/// The datums up to the first error, and whether there was none.
fn read(text: &str) -> (Vec<Datum>, bool) {
    let mut parser = Parser::new(SourceId::NONE);
    let (mut datums, mut at) = (Vec::new(), 0);
    loop {
        match parser.feed(&text[at..], true) {
            Step::Datum { datum, consumed } => {
                if check_labels(&datum).is_err() {
                    return (datums, false);
                }
                at += consumed;
                datums.push(datum);
            }
            Step::Error { .. } => return (datums, false),
            Step::NeedMore | Step::Eof => return (datums, true),
        }
    }
}

fn printed_and_read(datum: &Datum) {
    let printed = write_datum(datum);
    let (again, whole) = read(&printed);
    assert!(whole && again.len() == 1 && again[0] == *datum, "{printed} reads as {again:?}");
}
