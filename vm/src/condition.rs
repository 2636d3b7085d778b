//! Conditions: what a program gets when something goes wrong. Compound conditions in the R6RS
//! sense are a set of kinds in one record, with who, message, irritants, place and trace.

use crate::cx::{Args, Cx, H, Raise};
use crate::val::Val;
use gambol_abi::layout::{Kind, condition};
use gambol_abi::prims::{PrimId, Type};
use gambol_abi::value;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        /// Kinds of conditions, one bit each; combine with `|`.
        pub mod kinds { $($(#[$doc])* pub const $name: i64 = 1 << $bit;)* }
        /// Names of the kinds, those of R6RS where it has one.
        pub(crate) const KIND_NAMES: &[(i64, &str)] = &[$((1 << $bit, $text)),*];
    };
}
kinds! {
    /// An error object in the sense of R7RS: something the program should handle. What the runtime
    /// finds wrong is one, and of another kind besides.
    ERROR = 0, "error-object";
    /// A broken contract: wrong type, range or count.
    ASSERTION = 1, "&assertion";
    /// Unbound variable.
    UNDEFINED = 2, "&undefined";
    /// Reading external representations failed.
    READ = 3, "&lexical";
    /// A file could not be opened, read, written or deleted.
    FILE = 4, "&i/o-filename";
    /// Any other input or output trouble.
    IO = 5, "&i/o";
    /// The heap or the stack is full.
    STORAGE = 6, "&storage";
    /// A limit of this system, not of Scheme.
    IMPLEMENTATION_RESTRICTION = 7, "&implementation-restriction";
    /// Division by exact zero.
    DIVIDE_BY_ZERO = 8, "&divide-by-zero";
    /// The user interrupted the program.
    INTERRUPT = 9, "&interrupt";
    /// Source text that does not compile.
    SYNTAX = 10, "&syntax";
    /// Cannot be continued: a handler returned from `raise`.
    NON_CONTINUABLE = 11, "&non-continuable";
    /// Fuel or deadline used up.
    LIMIT = 12, "&limit";
    /// Something to be noted, and no more.
    WARNING = 13, "&warning";
    /// Something too serious to be ignored.
    SERIOUS = 14, "&serious";
    /// A program that breaks the rules of language or library.
    VIOLATION = 15, "&violation";
    /// What `error` raises: something wrong with the world the program lives in.
    PLAIN_ERROR = 16, "&error";
}

/// What a message says was expected.
pub(crate) fn type_name(t: Type) -> &'static str {
    match t {
        Type::Obj => "any object",
        Type::Number => "a number",
        Type::Real => "a real number",
        Type::Rational => "a rational number",
        Type::Integer => "an integer",
        Type::ExactInteger => "an exact integer",
        Type::Fixnum => "a fixnum",
        Type::Index => "a nonnegative exact integer",
        Type::Byte => "an exact integer from 0 to 255",
        Type::Flonum => "a flonum",
        Type::Boolean => "a boolean",
        Type::Char => "a character",
        Type::String => "a string",
        Type::Symbol => "a symbol",
        Type::Pair => "a pair",
        Type::List => "a list",
        Type::Vector => "a vector",
        Type::Bytevector => "a bytevector",
        Type::Procedure => "a procedure",
        Type::Port => "a port",
        Type::Record => "a record",
        Type::RecordType => "a record type",
        Type::HashTable => "a hash table",
        Type::Promise => "a promise",
        Type::Condition => "a condition",
        Type::Environment => "an environment",
        Type::Kont => "a continuation",
        Type::Dynamic => "a dynamic state",
        Type::WeakPair => "a weak pair",
        Type::Ephemeron => "an ephemeron",
        Type::Guardian => "a guardian",
    }
}

fn ordinal(i: usize) -> String {
    match i {
        0 => "first argument".into(),
        1 => "second argument".into(),
        2 => "third argument".into(),
        n => format!("argument {}", n + 1),
    }
}

impl<'s> Cx<'s> {
    /// Name of the primitive that runs, as programs know it: one with a `%` stands behind the
    /// library's procedure of that name.
    pub(crate) fn who(&self) -> &'static str {
        let id = self.p().current_prim;
        if id == u16::MAX { "" } else { PrimId(id).info().name.trim_start_matches('%') }
    }
    /// Raises a condition of `kinds`; who is the running primitive.
    pub fn fail(&mut self, kinds: i64, message: &str, irritants: &[H<'s>]) -> Raise {
        let who = self.who();
        self.fail_as(who, kinds, message, irritants)
    }
    /// Raises a condition in the name of `who` (nobody when empty).
    pub fn fail_as(&mut self, who: &str, kinds: i64, message: &str, irritants: &[H<'s>]) -> Raise {
        match self.try_condition(who, kinds, message, irritants) {
            Ok(h) => self.raise(h),
            // No memory even for the condition: the storage condition is already pending.
            Err(r) => r,
        }
    }
    fn try_condition(&mut self, who: &str, kinds: i64, message: &str, irritants: &[H<'s>]) -> Result<H<'s>, Raise> {
        let who = if who.is_empty() { self.root(Val::FALSE) } else { self.symbol(who)? };
        let message = self.string(message)?;
        let irritants = self.list(irritants)?;
        let none = self.root(Val::FALSE);
        let kinds = self.root(Val::fixnum(kinds));
        self.make(Kind::Condition, &[kinds, who, message, irritants, none, none, none])
    }
    /// Makes the value of `h` the pending condition.
    pub fn raise(&mut self, h: H<'s>) -> Raise {
        self.p_mut().pending = self.get(h).word();
        Raise(())
    }
    /// Argument `i` is not of type `t`.
    pub fn wrong_type(&mut self, args: Args<'s>, i: usize, t: Type) -> Raise {
        let value = args.get(i);
        let who = self.who();
        self.wrong_type_at(who, i, value, t)
    }
    /// Argument `position` (from 0) of `who` is `value`, which is not of type `t`.
    pub fn wrong_type_at(&mut self, who: &str, position: usize, value: H<'s>, t: Type) -> Raise {
        let message = format!("{}: expected {}, given", ordinal(position), type_name(t));
        self.fail_as(who, kinds::ERROR | kinds::ASSERTION, &message, &[value])
    }
    /// An operand of `who` is `value`, which is not of type `t`. Which operand is not said: the
    /// compiler regroups arithmetic on many operands.
    pub(crate) fn wrong_operand(&mut self, who: &str, value: H<'s>, t: Type) -> Raise {
        let message = format!("expected {}, given", type_name(t));
        self.fail_as(who, kinds::ERROR | kinds::ASSERTION, &message, &[value])
    }
    /// Argument `i` is out of range.
    pub fn bad_range(&mut self, args: Args<'s>, i: usize) -> Raise {
        let value = args.get(i);
        let who = self.who();
        self.bad_range_at(who, i, value)
    }
    /// Argument `position` of `who` is out of range.
    pub fn bad_range_at(&mut self, who: &str, position: usize, value: H<'s>) -> Raise {
        let message = format!("{}: out of range:", ordinal(position));
        self.fail_as(who, kinds::ERROR | kinds::ASSERTION, &message, &[value])
    }
    /// Refuses to change a literal constant.
    pub fn check_mutable(&mut self, args: Args<'s>, i: usize) -> Result<(), Raise> {
        if self.get(args.get(i)).flags() & gambol_abi::layout::FLAG_IMMUTABLE == 0 {
            return Ok(());
        }
        let value = args.get(i);
        let message = format!("{}: a literal constant cannot be changed:", ordinal(i));
        Err(self.fail(kinds::ERROR | kinds::ASSERTION, &message, &[value]))
    }
    /// Counts work done by an unbounded walk and now and then looks for requests.
    pub fn poll_budget(&mut self, work: usize) -> Result<(), Raise> {
        let p = self.p_mut();
        p.work += work as u64;
        if p.work < 1 << 14 {
            return Ok(());
        }
        p.work = 0;
        crate::poll::in_primitive(self)
    }
    /// Whether a condition has one of `kinds`.
    pub fn condition_has(&self, h: H<'s>, kinds: i64) -> bool {
        let v = self.get(h);
        v.is_kind(Kind::Condition) && value::fixnum_value(v.raw_field(condition::KINDS)) & kinds != 0
    }
}
