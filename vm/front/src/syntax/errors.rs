//! The expander's messages, one function each.

use super::binding::Core;
use super::rules::{Ident, Rules};
use super::scene::Scene;
use super::stx::Stx;
use crate::diag::{Diagnostic, suggest};
use crate::print::write_datum;
use crate::source::Span;

/// How a form is written, for messages about forms written otherwise.
fn usage(core: Core) -> &'static str {
    match core {
        Core::Quote => "(quote datum)",
        Core::Quasiquote => "(quasiquote template)",
        Core::Lambda => "(lambda formals body ...)",
        Core::CaseLambda => "(case-lambda (formals body ...) ...)",
        Core::Let => "(let ((name value) ...) body ...) or (let name ((name value) ...) body ...)",
        Core::LetStar => "(let* ((name value) ...) body ...)",
        Core::Letrec => "(letrec ((name value) ...) body ...)",
        Core::LetrecStar => "(letrec* ((name value) ...) body ...)",
        Core::LetValues => "(let-values ((formals producer) ...) body ...)",
        Core::LetStarValues => "(let*-values ((formals producer) ...) body ...)",
        Core::Define => "(define name value) or (define (name . formals) body ...)",
        Core::DefineValues => "(define-values formals producer)",
        Core::Set => "(set! name value)",
        Core::If => "(if test consequent [alternative])",
        Core::Begin => "(begin expression ...)",
        Core::Cond => "(cond (test expression ...) ... [(else expression ...)])",
        Core::Case => "(case key ((datum ...) expression ...) ... [(else expression ...)])",
        Core::And => "(and expression ...)",
        Core::Or => "(or expression ...)",
        Core::When => "(when test expression ...)",
        Core::Unless => "(unless test expression ...)",
        Core::Do => "(do ((name init [step]) ...) (test expression ...) command ...)",
        Core::DefineRecordType => "(define-record-type name (constructor field ...) predicate (field accessor [modifier]) ...)",
        Core::DefineSyntax => "(define-syntax keyword transformer)",
        Core::LetSyntax => "(let-syntax ((keyword transformer) ...) body ...)",
        Core::LetrecSyntax => "(letrec-syntax ((keyword transformer) ...) body ...)",
        Core::SyntaxRules => "(syntax-rules (literal ...) (pattern template) ...)",
        Core::SyntaxError => "(syntax-error message form ...)",
        Core::Include => "(include filename ...)",
        Core::IncludeCi => "(include-ci filename ...)",
        Core::CondExpand => "(cond-expand (requirement form ...) ... [(else form ...)])",
        Core::Import => "(import import-set ...)",
        Core::DefineLibrary => "(define-library name declaration ...)",
        Core::Export => "(export spec ...)",
        Core::Else | Core::Arrow | Core::Ellipsis | Core::Underscore | Core::Unquote | Core::UnquoteSplicing => core.name(),
    }
}

pub(super) fn malformed(core: Core, span: Span) -> Diagnostic {
    Diagnostic::error("E0201", format!("malformed {}", core.name())).at(span).help(format!("write {}", usage(core)))
}

pub(super) fn expected(what: &str, got: Stx<'_>) -> Diagnostic {
    Diagnostic::error("E0202", format!("expected {what}, got {}", got.describe())).at(got.span())
}

pub(super) fn unbound<'n>(name: &str, span: Span, candidates: impl Iterator<Item = &'n str>) -> Diagnostic {
    let error = Diagnostic::error("E0203", format!("unbound variable {name}")).at(span);
    match suggest(name, candidates) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error,
    }
}

pub(super) fn ambiguous(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0204", format!("{name} is ambiguous here: two bindings fit it equally well")).at(span).note("a macro put the identifier in the reach of both")
}

pub(super) fn duplicate(name: &str, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error("E0205", format!("{name} is defined twice")).at(span).label(earlier, "first defined here")
}

pub(super) fn duplicate_parameter(name: &str, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error("E0206", format!("{name} is bound twice in one list")).at(span).label(earlier, "first bound here")
}

pub(super) fn keyword_as_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0207", format!("{name} is a keyword; it has no value")).at(span)
}

pub(super) fn set_keyword(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0208", format!("cannot assign {name}: it is a keyword")).at(span)
}

pub(super) fn set_imported(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0209", format!("cannot assign {name}: it is imported"))
        .at(span)
        .help("define a variable of your own, or let the library export a procedure that assigns it")
}

pub(super) fn empty_combination(span: Span) -> Diagnostic {
    Diagnostic::error("E0210", "() is not an expression: a call needs a procedure").at(span).help("write '() for the empty list")
}

pub(super) fn dotted_combination(span: Span) -> Diagnostic {
    Diagnostic::error("E0211", "a call is a proper list, without a dot").at(span)
}

pub(super) fn circular_outside_quote(span: Span) -> Diagnostic {
    Diagnostic::error("E0212", "datum labels are allowed only inside quoted data").at(span)
}

pub(super) fn definition_as_expression(core: Core, span: Span) -> Diagnostic {
    Diagnostic::error("E0213", format!("{} is not allowed where an expression is needed", core.name()))
        .at(span)
        .help("definitions stand at top level or directly in a body; (let () definition ... expression) makes a body")
}

pub(super) fn empty_body(span: Span, definitions: bool) -> Diagnostic {
    let error = Diagnostic::error("E0214", "this body has no expression").at(span);
    if definitions { error.note("a body ends in an expression, whose value it returns") } else { error }
}

pub(super) fn not_top_level(core: Core, span: Span) -> Diagnostic {
    Diagnostic::error("E0215", format!("{} is allowed only at top level", core.name())).at(span)
}

pub(super) fn not_a_transformer(stx: Stx<'_>) -> Diagnostic {
    Diagnostic::error("E0216", "expected a macro transformer").at(stx.span()).help("write (syntax-rules (literal ...) (pattern template) ...)")
}

pub(super) fn bare_keyword<'a>(scene: &mut Scene<'a, '_>, stx: Stx<'a>) -> Diagnostic {
    let name = scene.name(stx).unwrap_or_else(|| "macro".into());
    keyword_as_variable(&name, stx.span())
}

pub(super) fn no_rule<'a>(scene: &mut Scene<'a, '_>, keyword: Stx<'a>, form: Stx<'a>, rules: &Rules<Ident>) -> Diagnostic {
    let name = scene.name(keyword).unwrap_or_else(|| "macro".into());
    let mut error = Diagnostic::error("E0217", format!("no rule of {name} matches this use")).at(form.span());
    if let Ok(datum) = scene.datum(form) {
        let mut text = write_datum(&datum);
        if let Some((cut, _)) = text.char_indices().nth(120) {
            text.truncate(cut);
            text.push_str(" ...");
        }
        error = error.note(format!("the use is {text}"));
    }
    error.label(rules.span, "the rules")
}

pub(super) fn misplaced_ellipsis(span: Span) -> Diagnostic {
    Diagnostic::error("E0218", "misplaced ellipsis").at(span).help("an ellipsis follows what it repeats; (... ...) stands for the ellipsis itself")
}

pub(super) fn second_ellipsis(span: Span) -> Diagnostic {
    Diagnostic::error("E0219", "a list pattern can have only one ellipsis").at(span)
}

pub(super) fn missing_ellipsis(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0220", format!("pattern variable {name} needs more ellipses: it stands for a sequence")).at(span)
}

pub(super) fn nothing_to_repeat(span: Span) -> Diagnostic {
    Diagnostic::error("E0221", "an ellipsis follows something without a pattern variable to repeat").at(span)
}

pub(super) fn uneven_repetition(span: Span, counts: &[usize]) -> Diagnostic {
    let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
    Diagnostic::error("E0222", "variables under one ellipsis stand for sequences of different lengths").at(span).note(format!("the lengths are {}", counts.join(", ")))
}

pub(super) fn duplicate_pattern_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0223", format!("pattern variable {name} occurs twice")).at(span)
}

pub(super) fn too_many_pattern_variables(span: Span) -> Diagnostic {
    Diagnostic::error("E0224", "too many pattern variables or ellipses in one rule").at(span)
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error("E0225", "this is nested too deeply").at(span).note(format!("forms nest at most {} levels deep after macro expansion", super::limits::NESTING_MAX))
}

pub(super) fn too_many_steps(span: Span) -> Diagnostic {
    Diagnostic::error("E0226", "macro expansion does not seem to end").at(span).note(format!("gave up after {} steps", super::limits::STEPS_MAX))
}

pub(super) fn stopped(span: Span) -> Diagnostic {
    Diagnostic::error("E0239", "compiling was interrupted").at(span)
}

pub(super) fn expansion_too_large(span: Span) -> Diagnostic {
    Diagnostic::error("E0227", "macro expansion grows too large").at(span).note(format!("gave up after {} forms", super::limits::PRODUCED_MAX))
}

pub(super) fn syntax_error(message: String, irritants: String, span: Span) -> Diagnostic {
    let text = if irritants.is_empty() { message } else { format!("{message}: {irritants}") };
    Diagnostic::error("E0228", text).at(span)
}

pub(super) fn auxiliary(core: Core, span: Span) -> Diagnostic {
    let inside = match core {
        Core::Else | Core::Arrow => "cond, case or another form that uses it",
        Core::Unquote | Core::UnquoteSplicing => "quasiquote",
        _ => "syntax-rules",
    };
    Diagnostic::error("E0229", format!("{} means something only inside {inside}", core.name())).at(span)
}

pub(super) fn missing_primitive(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0230", format!("this form needs the primitive {name}, which this system lacks")).at(span)
}

pub(super) fn control_as_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0231", format!("{name} can only be called, and only with the right number of arguments")).at(span)
}

pub(super) fn clause_after_else(span: Span) -> Diagnostic {
    Diagnostic::error("E0232", "a clause after else is never reached").at(span)
}

pub(super) fn unknown_field(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0233", format!("{name} is not a field of this record type")).at(span)
}

pub(super) fn closed_environment(span: Span) -> Diagnostic {
    Diagnostic::error("E0234", "this environment takes no definitions")
        .at(span)
        .help("those of the procedure environment are immutable (R7RS 6.12); (interaction-environment) is not")
}

pub(super) fn shadows_import(name: &str, span: Span, imported: Span) -> Diagnostic {
    Diagnostic::warning("W0201", format!("this definition of {name} hides the imported one"))
        .at(span)
        .label(imported, "imported here")
        .help(format!("leave it out of the import: (except ... {name})"))
}

pub(super) fn late_import(span: Span) -> Diagnostic {
    Diagnostic::error("E0314", "imports stand at the beginning of a program, before everything else").at(span)
}
