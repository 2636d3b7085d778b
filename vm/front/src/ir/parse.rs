//! Core IR from the form that [`super::print`] writes, so that tests can start from any tree,
//! not only from those the expander makes. Names are scoped as they look; a name like `$x`
//! is a top-level variable of the unit, constant unless some `set!` assigns it.

use std::sync::Arc;

use gambol_abi::prims::PrimId;
use rustc_hash::FxHashMap;

use super::{Clause, Expr, ExprKind, GlobalId, GlobalInfo, GlobalKey, Label, LabelId, Lambda, Literal, Unit, UnitKind, VarId, VarInfo};
use crate::datum::{Datum, DatumKind};
use crate::reader::read_all;
use crate::source::SourceId;

/// Reads a unit; the error says what was not understood.
pub fn parse_unit(source: SourceId, text: &str) -> Result<Unit, String> {
    let datums = read_all(source, text).map_err(|error| error.to_string())?;
    let mut parser = Parser::default();
    let forms: Vec<Expr> = datums.iter().map(|d| parser.expr(d)).collect::<Result<_, _>>()?;
    let first = forms.first().ok_or("an empty unit")?;
    let body = Expr::new(first.span, ExprKind::Seq(forms));
    Ok(Unit { kind: UnitKind::Program, vars: parser.vars, globals: parser.globals, labels: parser.label_count, body })
}

#[derive(Default)]
struct Parser {
    vars: Vec<VarInfo>,
    globals: Vec<GlobalInfo>,
    global_numbers: FxHashMap<Arc<str>, GlobalId>,
    scope: FxHashMap<Arc<str>, VarId>,
    labels: FxHashMap<Arc<str>, LabelId>,
    label_count: u32,
}

type Parsed<T> = Result<T, String>;

fn symbol(d: &Datum) -> Parsed<&Arc<str>> {
    d.as_symbol().ok_or_else(|| format!("expected a name: {d}"))
}

fn list(d: &Datum) -> Parsed<&[Datum]> {
    d.as_list().ok_or_else(|| format!("expected a list: {d}"))
}

impl Parser {
    fn bind(&mut self, d: &Datum) -> Parsed<VarId> {
        let printed = symbol(d)?;
        // The printer appends a number; the source name is what stands before it.
        let name = printed.rsplit_once('.').filter(|(name, n)| !name.is_empty() && n.parse::<u32>().is_ok()).map_or(&**printed, |(name, _)| name);
        self.vars.push(VarInfo { name: name.into(), assigned: false });
        let v = VarId(self.vars.len() as u32 - 1);
        self.scope.insert(printed.clone(), v);
        Ok(v)
    }

    fn global(&mut self, name: &Arc<str>) -> GlobalId {
        let next = GlobalId(self.globals.len() as u32);
        let g = *self.global_numbers.entry(name.clone()).or_insert(next);
        if g == next {
            let key = GlobalKey::Unit(name.trim_start_matches('$').into());
            self.globals.push(GlobalInfo { key, defined_here: false, assigned: false, constant: true });
        }
        g
    }

    fn exprs(&mut self, items: &[Datum]) -> Parsed<Vec<Expr>> {
        items.iter().map(|d| self.expr(d)).collect()
    }

    fn boxed(&mut self, d: &Datum) -> Parsed<Box<Expr>> {
        self.expr(d).map(Box::new)
    }

    fn params(&mut self, d: &Datum) -> Parsed<(Vec<VarId>, Option<VarId>)> {
        match &d.kind {
            DatumKind::Null => Ok((Vec::new(), None)),
            DatumKind::Symbol(_) => Ok((Vec::new(), Some(self.bind(d)?))),
            DatumKind::List(items, tail) => {
                let params = items.iter().map(|d| self.bind(d)).collect::<Parsed<_>>()?;
                Ok((params, tail.as_ref().map(|d| self.bind(d)).transpose()?))
            }
            _ => Err(format!("expected parameters: {d}")),
        }
    }

    fn clause(&mut self, params: &Datum, body: &Datum) -> Parsed<Clause> {
        let (params, rest) = self.params(params)?;
        Ok(Clause { params, rest, body: self.expr(body)? })
    }

    fn expr(&mut self, d: &Datum) -> Parsed<Expr> {
        let outer = matches!(d.kind, DatumKind::List(..)).then(|| self.scope.clone());
        let e = self.expr_in_scope(d)?;
        self.scope = outer.unwrap_or_else(|| std::mem::take(&mut self.scope));
        Ok(e)
    }

    fn expr_in_scope(&mut self, d: &Datum) -> Parsed<Expr> {
        let kind = match &d.kind {
            DatumKind::Symbol(name) => self.name(name)?,
            DatumKind::List(items, None) => self.form(&items[0], &items[1..], d)?,
            DatumKind::Null | DatumKind::List(..) => return Err(format!("not an expression: {d}")),
            _ => ExprKind::Const(Literal::Datum(Arc::new(d.clone()))),
        };
        Ok(Expr::new(d.span, kind))
    }

    fn name(&mut self, name: &Arc<str>) -> Parsed<ExprKind> {
        if name.starts_with('$') {
            return Ok(ExprKind::Global(self.global(name)));
        }
        match (self.scope.get(name), PrimId::named(name)) {
            (Some(v), _) => Ok(ExprKind::Local(*v)),
            (None, Some(prim)) => Ok(ExprKind::Prim(prim)),
            (None, None) => Err(format!("unknown name {name}")),
        }
    }

    fn form(&mut self, head: &Datum, rest: &[Datum], whole: &Datum) -> Parsed<ExprKind> {
        Ok(match (&**symbol(head)?, rest) {
            ("quote", [d]) => ExprKind::Const(Literal::Datum(Arc::new(d.clone()))),
            ("unspecified", []) => ExprKind::Const(Literal::Unspecified),
            ("prim", [d]) => ExprKind::Prim(PrimId::named(symbol(d)?).ok_or_else(|| format!("unknown primitive {d}"))?),
            ("set!", [place, value]) => self.assignment(symbol(place)?, value)?,
            ("define", [g, value]) => {
                let g = self.global(symbol(g)?);
                self.globals[g.0 as usize].defined_here = true;
                ExprKind::Define(g, self.boxed(value)?)
            }
            ("if", [a, b, c]) => ExprKind::If(self.boxed(a)?, self.boxed(b)?, self.boxed(c)?),
            ("seq", items) => ExprKind::Seq(self.exprs(items)?),
            ("lambda", [params, body]) => self.lambda(vec![(params, body)])?,
            ("case-lambda", clauses) => {
                let pairs = clauses.iter().map(|c| match list(c)? {
                    [params, body] => Ok((params, body)),
                    _ => Err(format!("expected a clause: {c}")),
                });
                self.lambda(pairs.collect::<Parsed<_>>()?)?
            }
            ("call", [callee, args @ ..]) => ExprKind::Call(self.boxed(callee)?, self.exprs(args)?),
            ("let", [bindings, body]) => {
                let inits = list(bindings)?.iter().map(|b| self.expr(&list(b)?[1])).collect::<Parsed<Vec<_>>>()?;
                let vars = list(bindings)?.iter().map(|b| self.bind(&list(b)?[0])).collect::<Parsed<Vec<_>>>()?;
                ExprKind::Let(vars.into_iter().zip(inits).collect(), self.boxed(body)?)
            }
            (name @ ("letrec" | "letrec*"), [bindings, body]) => {
                let vars = list(bindings)?.iter().map(|b| self.bind(&list(b)?[0])).collect::<Parsed<Vec<_>>>()?;
                let inits = list(bindings)?.iter().map(|b| self.expr(&list(b)?[1])).collect::<Parsed<Vec<_>>>()?;
                ExprKind::Letrec { ordered: name == "letrec*", bindings: vars.into_iter().zip(inits).collect(), body: self.boxed(body)? }
            }
            ("receive", [params, producer, body]) => {
                let producer = self.boxed(producer)?;
                let (params, rest) = self.params(params)?;
                ExprKind::Receive { producer, params, rest, body: self.boxed(body)? }
            }
            ("labels", [labels, body]) => self.label_forms(list(labels)?, body)?,
            ("goto", [label, args @ ..]) => {
                let label = *self.labels.get(symbol(label)?).ok_or_else(|| format!("unknown label {label}"))?;
                ExprKind::Goto(label, self.exprs(args)?)
            }
            (name, args) => match PrimId::named(name) {
                Some(prim) => ExprKind::PrimCall(prim, self.exprs(args)?),
                None => return Err(format!("not an expression: {whole}")),
            },
        })
    }

    fn assignment(&mut self, name: &Arc<str>, value: &Datum) -> Parsed<ExprKind> {
        let value = self.boxed(value)?;
        if name.starts_with('$') {
            let g = self.global(name);
            let info = &mut self.globals[g.0 as usize];
            (info.assigned, info.constant) = (true, false);
            return Ok(ExprKind::SetGlobal(g, value));
        }
        let v = *self.scope.get(name).ok_or_else(|| format!("unknown name {name}"))?;
        self.vars[v.0 as usize].assigned = true;
        Ok(ExprKind::Set(v, value))
    }

    fn lambda(&mut self, clauses: Vec<(&Datum, &Datum)>) -> Parsed<ExprKind> {
        let clauses = clauses.into_iter().map(|(params, body)| self.clause(params, body)).collect::<Parsed<_>>()?;
        Ok(ExprKind::Lambda(Box::new(Lambda { name: None, clauses, no_inline: false })))
    }

    fn label_forms(&mut self, forms: &[Datum], body: &Datum) -> Parsed<ExprKind> {
        let mut ids = Vec::new();
        for form in forms {
            let id = LabelId(self.label_count);
            self.label_count += 1;
            self.labels.insert(symbol(&list(form)?[0])?.clone(), id);
            ids.push(id);
        }
        let mut labels = Vec::new();
        for (id, form) in ids.into_iter().zip(forms) {
            let [_, params, body] = list(form)? else {
                return Err(format!("expected a label: {form}"));
            };
            let (params, _) = self.params(params)?;
            labels.push(Label { id, params, body: self.expr(body)? });
        }
        Ok(ExprKind::Labels(labels, self.boxed(body)?))
    }
}
