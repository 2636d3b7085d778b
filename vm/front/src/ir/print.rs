//! Core IR as S-expressions, for `--dump`, golden tests and panics. Variables and labels are
//! numbered in the order in which they are met, so a listing does not depend on how many others
//! the passes have used up.
//!
//! Locals read `x.1`, top-level variables `$x`, labels `L1`; calls of primitives stand as
//! `(car x.1)`, other calls as `(call f.2 x.1)`.

use gambol_abi::prims::PrimId;
use rustc_hash::FxHashMap;

use super::{Expr, ExprKind, GlobalId, GlobalKey, Label, LabelId, Lambda, Literal, Unit, UnitKind, VarId};
use crate::datum::DatumKind;

const WIDTH: usize = 100;

/// A unit: its kind, then its forms, one to a line.
pub fn print_unit(unit: &Unit) -> String {
    let mut printer = Printer::new(unit);
    let kind = match &unit.kind {
        UnitKind::Program => "program".to_owned(),
        UnitKind::Library(name) => format!("library {name}"),
        UnitKind::Interactive(env) => format!("interactive {env}"),
    };
    let forms = match &unit.body.kind {
        ExprKind::Seq(items) => items.iter().collect(),
        _ => vec![&unit.body],
    };
    let mut out = format!("; {kind}\n");
    for form in forms {
        printer.expr(form).write(&mut out, 0);
        out.push('\n');
    }
    out
}

/// One expression of a unit.
pub fn print_expr(unit: &Unit, expr: &Expr) -> String {
    let mut out = String::new();
    Printer::new(unit).expr(expr).write(&mut out, 0);
    out
}

/// Text with structure, so that lines can be broken where they must.
enum Doc {
    Atom(String),
    /// Items, the number of leading ones that stay on the first line, and the flat width.
    List(Vec<Doc>, usize, usize),
}

impl Doc {
    fn list(items: Vec<Doc>, head: usize) -> Doc {
        let width = items.iter().map(|item| item.width() + 1).sum::<usize>() + 1;
        Doc::List(items, head, width)
    }

    fn width(&self) -> usize {
        match self {
            Doc::Atom(text) => text.chars().count(),
            Doc::List(_, _, width) => *width,
        }
    }

    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Doc::Atom(text) => out.push_str(text),
            Doc::List(items, head, width) => {
                let flat = indent + width <= WIDTH;
                out.push('(');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 && (flat || i < *head) {
                        out.push(' ');
                    } else if i > 0 {
                        out.push('\n');
                        out.extend(std::iter::repeat_n(' ', indent + 2));
                    }
                    item.write(out, indent + 2);
                }
                out.push(')');
            }
        }
    }
}

fn atom(text: impl Into<String>) -> Doc {
    Doc::Atom(text.into())
}

struct Printer<'u> {
    unit: &'u Unit,
    vars: FxHashMap<VarId, usize>,
    labels: FxHashMap<LabelId, usize>,
}

impl<'u> Printer<'u> {
    fn new(unit: &'u Unit) -> Printer<'u> {
        Printer { unit, vars: FxHashMap::default(), labels: FxHashMap::default() }
    }

    fn var(&mut self, v: VarId) -> Doc {
        let next = self.vars.len() + 1;
        let number = *self.vars.entry(v).or_insert(next);
        let name = self.unit.vars.get(v.0 as usize).map_or("?", |info| &info.name);
        atom(format!("{name}.{number}"))
    }

    fn label(&mut self, label: LabelId) -> Doc {
        let next = self.labels.len() + 1;
        atom(format!("L{}", *self.labels.entry(label).or_insert(next)))
    }

    fn global(&self, g: GlobalId) -> Doc {
        let name = self.unit.globals.get(g.0 as usize).map_or("?", |info| match &info.key {
            GlobalKey::Library(_, name) | GlobalKey::Unit(name) | GlobalKey::Interactive(_, name) => name,
        });
        atom(format!("${name}"))
    }

    fn prim(prim: PrimId) -> Doc {
        atom(prim.info().name)
    }

    fn exprs(&mut self, list: &[Expr]) -> impl Iterator<Item = Doc> + use<> {
        list.iter().map(|e| self.expr(e)).collect::<Vec<_>>().into_iter()
    }

    fn form(&mut self, head: Vec<Doc>, rest: &[Expr]) -> Doc {
        let kept = head.len();
        let mut items = head;
        items.extend(self.exprs(rest));
        Doc::list(items, kept)
    }

    fn bindings(&mut self, bindings: &[(VarId, Expr)]) -> Doc {
        let items = bindings.iter().map(|(v, init)| Doc::list(vec![self.var(*v), self.expr(init)], 2)).collect();
        Doc::list(items, 1)
    }

    fn params(&mut self, params: &[VarId], rest: Option<VarId>) -> Doc {
        let mut items: Vec<Doc> = params.iter().map(|v| self.var(*v)).collect();
        if let Some(v) = rest {
            items.push(atom("."));
            items.push(self.var(v));
        }
        Doc::list(items, usize::MAX)
    }

    fn expr(&mut self, e: &Expr) -> Doc {
        match &e.kind {
            ExprKind::Const(literal) => atom(constant(literal)),
            ExprKind::Local(v) => self.var(*v),
            ExprKind::Set(v, value) => Doc::list(vec![atom("set!"), self.var(*v), self.expr(value)], 2),
            ExprKind::Global(g) => self.global(*g),
            ExprKind::SetGlobal(g, value) => Doc::list(vec![atom("set!"), self.global(*g), self.expr(value)], 2),
            ExprKind::Define(g, value) => Doc::list(vec![atom("define"), self.global(*g), self.expr(value)], 2),
            ExprKind::Prim(prim) => Doc::list(vec![atom("prim"), Self::prim(*prim)], 2),
            ExprKind::If(a, b, c) => Doc::list(vec![atom("if"), self.expr(a), self.expr(b), self.expr(c)], 2),
            ExprKind::Seq(items) => self.form(vec![atom("seq")], items),
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Call(callee, args) => {
                let head = vec![atom("call"), self.expr(callee)];
                self.form(head, args)
            }
            ExprKind::PrimCall(prim, args) => self.form(vec![Self::prim(*prim)], args),
            ExprKind::Let(bindings, body) => Doc::list(vec![atom("let"), self.bindings(bindings), self.expr(body)], 2),
            ExprKind::Letrec { ordered, bindings, body } => {
                let name = if *ordered { "letrec*" } else { "letrec" };
                Doc::list(vec![atom(name), self.bindings(bindings), self.expr(body)], 2)
            }
            ExprKind::Receive { producer, params, rest, body } => Doc::list(vec![atom("receive"), self.params(params, *rest), self.expr(producer), self.expr(body)], 2),
            ExprKind::Labels(labels, body) => {
                let items = labels.iter().map(|label| self.label_form(label)).collect();
                Doc::list(vec![atom("labels"), Doc::list(items, 1), self.expr(body)], 2)
            }
            ExprKind::Goto(label, args) => {
                let head = vec![atom("goto"), self.label(*label)];
                self.form(head, args)
            }
        }
    }

    fn label_form(&mut self, label: &Label) -> Doc {
        let items = vec![self.label(label.id), self.params(&label.params, None), self.expr(&label.body)];
        Doc::list(items, 2)
    }

    fn lambda(&mut self, lambda: &Lambda) -> Doc {
        let mut clauses: Vec<Doc> = lambda.clauses.iter().map(|clause| Doc::list(vec![self.params(&clause.params, clause.rest), self.expr(&clause.body)], 1)).collect();
        match clauses.pop() {
            Some(Doc::List(mut items, ..)) if clauses.is_empty() => {
                items.insert(0, atom("lambda"));
                Doc::list(items, 2)
            }
            last => {
                clauses.extend(last);
                clauses.insert(0, atom("case-lambda"));
                Doc::list(clauses, 1)
            }
        }
    }
}

fn constant(literal: &Literal) -> String {
    match literal {
        Literal::Unspecified => "#!unspecified".to_owned(),
        Literal::Default => "#!default".to_owned(),
        Literal::RecordType { id, name, .. } => format!("(record-type {name} {id})"),
        Literal::Datum(datum) => match datum.kind {
            DatumKind::Symbol(_) | DatumKind::List(..) | DatumKind::Null | DatumKind::Vector(_) => {
                format!("'{datum}")
            }
            DatumKind::Unspecified => "#!unspecified".to_owned(),
            _ => datum.to_string(),
        },
    }
}
