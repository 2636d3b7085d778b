//! Core IR: the tree the expander produces, passes transform and the emitter consumes.
//! Names are gone: locals are numbered per unit, top-level variables are numbered per unit
//! and described in [`Unit::globals`], primitives are numbers of the primitive table.
//!
//! The expander produces everything but `Let`-bound temporaries of passes, [`ExprKind::Labels`]
//! and [`ExprKind::Goto`], which contification introduces. `docs/ir.md` has the grammar.

pub mod parse;
pub mod print;
pub mod verify;
pub mod walk;

use crate::datum::Datum;
use crate::source::Span;
use gambol_abi::prims::PrimId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A local variable, index into [`Unit::vars`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VarId(pub u32);
/// A top-level variable, index into [`Unit::globals`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GlobalId(pub u32);
/// A join point or loop, index unique in a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LabelId(pub u32);

/// What is known of a local variable.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VarInfo {
    /// Source name, for messages and dumps.
    pub name: Arc<str>,
    /// Whether some `Set` assigns it; kept true to the tree by every pass.
    pub assigned: bool,
}

/// The identity of a top-level variable across units: the linker gives equal keys one cell.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum GlobalKey {
    /// Defined by a library, named as printed, for example `(scheme base)`.
    Library(Arc<str>, Arc<str>),
    /// Private to this unit: each time the unit is instantiated it gets a fresh cell.
    Unit(Arc<str>),
    /// In an interactive environment, by number: REPL, `eval`, `load`.
    Interactive(u32, Arc<str>),
}

/// What is known of a top-level variable in this unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GlobalInfo {
    /// Identity.
    pub key: GlobalKey,
    /// Defined by this unit.
    pub defined_here: bool,
    /// Assigned with `set!` in this unit.
    pub assigned: bool,
    /// Never changes after its definition, wherever it is seen: private to a closed unit and not
    /// assigned, or exported by a library that never assigns it. Interactive variables are not constant.
    pub constant: bool,
}

/// A quoted or implicit constant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Literal {
    /// From `quote` or self-evaluating.
    /// The same `Arc` is the same object at run time: passes may copy the reference.
    Datum(Arc<Datum>),
    /// No useful value.
    Unspecified,
    /// An optional argument that was not given.
    Default,
    /// A record type made when the unit is instantiated (top-level `define-record-type`).
    /// Equal numbers in a unit are the same type.
    RecordType {
        /// Unit-wide number.
        id: u32,
        /// Type name without brackets.
        name: Arc<str>,
        /// Field names in order.
        fields: Arc<[Arc<str>]>,
    },
}

/// An expression with its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expr {
    /// Where it stands in the source; for macro output, the user's form.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// The forms of core IR. Order of evaluation: operands of `Call` and `PrimCall`, and the
/// initialisers of `Let`, may be evaluated in any order the passes choose, but not interleaved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ExprKind {
    /// A constant.
    Const(Literal),
    /// Value of a local.
    Local(VarId),
    /// Assignment of a local; unspecified value.
    Set(VarId, Box<Expr>),
    /// Value of a top-level variable.
    Global(GlobalId),
    /// `set!` of a top-level variable; raises if unbound.
    SetGlobal(GlobalId, Box<Expr>),
    /// Definition of a top-level variable.
    Define(GlobalId, Box<Expr>),
    /// A primitive as a value.
    Prim(PrimId),
    /// Conditional.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// In order; value of the last. Never empty.
    Seq(Vec<Expr>),
    /// A procedure.
    Lambda(Box<Lambda>),
    /// Call of an unknown procedure.
    Call(Box<Expr>, Vec<Expr>),
    /// Call of a primitive; the argument count fits its arity (a wrong count stays a `Call`).
    PrimCall(PrimId, Vec<Expr>),
    /// Parallel bindings.
    Let(Vec<(VarId, Expr)>, Box<Expr>),
    /// Recursive bindings; `ordered` is `letrec*` (also internal definitions).
    Letrec {
        /// `letrec*` rather than `letrec`.
        ordered: bool,
        /// Variables and initialisers.
        bindings: Vec<(VarId, Expr)>,
        /// Body.
        body: Box<Expr>,
    },
    /// Evaluates `producer`, binds all its values.
    Receive {
        /// Yields any number of values.
        producer: Box<Expr>,
        /// Required values.
        params: Vec<VarId>,
        /// Rest as a list.
        rest: Option<VarId>,
        /// Body.
        body: Box<Expr>,
    },
    /// Local join points and loops: in `body` and in the labels' bodies (always in tail position
    /// with respect to this expression), `Goto` jumps.
    Labels(Vec<Label>, Box<Expr>),
    /// Jump with new values for the label's parameters.
    Goto(LabelId, Vec<Expr>),
}

/// A join point or loop header.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Label {
    /// Its number.
    pub id: LabelId,
    /// Rebound at each jump.
    pub params: Vec<VarId>,
    /// Continuation of the jump.
    pub body: Expr,
}

/// A procedure: one clause for `lambda`, several for `case-lambda`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lambda {
    /// For messages and printing; from the definition it stands in.
    pub name: Option<Arc<str>>,
    /// Tried in order.
    pub clauses: Vec<Clause>,
    /// Must keep a frame of its own (it captures its caller's continuation).
    pub no_inline: bool,
}

/// One parameter list and body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clause {
    /// Required parameters.
    pub params: Vec<VarId>,
    /// Rest parameter.
    pub rest: Option<VarId>,
    /// Body.
    pub body: Expr,
}

/// What a unit is, which decides what is closed (DESIGN: programs and libraries are closed units).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum UnitKind {
    /// A whole program.
    Program,
    /// A library body, by printed name.
    Library(Arc<str>),
    /// One form (or file) evaluated in an interactive environment; its value is wanted.
    Interactive(u32),
}

/// What the expander hands to the passes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// Kind.
    pub kind: UnitKind,
    /// Locals by number.
    pub vars: Vec<VarInfo>,
    /// Top-level variables by number.
    pub globals: Vec<GlobalInfo>,
    /// Next free label number.
    pub labels: u32,
    /// The body: definitions and expressions in order.
    pub body: Expr,
}
