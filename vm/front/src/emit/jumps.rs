//! Calls of primitives, and conditionals over them: comparisons fuse with the jump, constants
//! that fit go into the instruction, and predicates whose value is wanted become two loads
//! around a jump.

use gambol_abi::ops::{Op, Operand as Kind};
use gambol_abi::prims::{Control, PrimId};
use gambol_abi::value;

use super::asm::{Extra, Label, Reg};
use super::body::{Body, Dest};
use super::prims::{Form, KNOWN, Small, Test, form_of, immediate_word, index16, int16, mirrored, test_of, with_int};
use crate::code::Constant;
use crate::datum::DatumKind;
use crate::ir::{Expr, ExprKind, Literal};
use crate::source::Span;

/// A conditional jump without its label; operands are evaluated.
struct Branch {
    op: Op,
    operands: [u32; 2],
    /// What the program calls, if the operation is not named after it.
    name: Option<PrimId>,
}

impl Branch {
    fn new(op: Op, operands: [u32; 2]) -> Branch {
        Branch { op, operands, name: None }
    }
}

impl<'u> Body<'_, 'u> {
    pub(super) fn conditional(&mut self, test: &'u Expr, branches: [&'u Expr; 2], dest: Dest, span: Span) {
        let [yes, no, end] = [self.asm.label(), self.asm.label(), self.asm.label()];
        self.expr(test, Dest::Test(yes, no));
        self.asm.bind(yes);
        self.expr(branches[0], dest);
        if matches!(dest, Dest::Value(_) | Dest::Effect) {
            self.asm.jump(end, span);
        }
        self.asm.bind(no);
        self.expr(branches[1], dest);
        self.asm.bind(end);
    }

    pub(super) fn prim_call(&mut self, prim: PrimId, args: &'u [Expr], dest: Dest, span: Span) {
        if matches!(dest, Dest::Effect) && prim.info().effects.droppable() && !matches!(form_of(prim, args), Form::Control(_)) {
            return args.iter().for_each(|arg| self.expr(arg, Dest::Effect));
        }
        match form_of(prim, args) {
            Form::Test => {
                let test = test_of(prim, args.len()).expect("the form says so");
                self.predicate(prim, test, args, dest, span);
            }
            Form::Value(op) => {
                let (op, operands) = self.value_operands(op, args);
                self.produce(dest, span, |b, r| b.asm.push(op, with_destination(op, r, operands), span));
            }
            Form::Effect(op) => {
                let (op, operands) = self.effect_operands(op, args);
                self.asm.push(op, operands, span);
                self.literal(&Literal::Unspecified, dest, span);
            }
            Form::Prim1 => {
                let arg = self.operand(&args[0]);
                self.release(arg);
                self.produce(dest, span, |b, r| b.asm.push(Op::Prim1, [r, u32::from(prim.0), arg.reg], span));
            }
            Form::Prim => {
                self.outgoing(args);
                let count = args.len() as u32;
                self.produce(dest, span, |b, r| b.asm.push(Op::Prim, [r, u32::from(prim.0), count], span));
            }
            Form::Control(control) => self.control(control, args, dest, span),
        }
    }

    /// Evaluates arguments into registers, all given back at once.
    pub(super) fn in_registers(&mut self, args: impl IntoIterator<Item = &'u Expr>) -> [Reg; 3] {
        let mut regs = [0; 3];
        let operands: Vec<_> = args.into_iter().map(|arg| self.operand(arg)).collect();
        for (slot, operand) in regs.iter_mut().zip(&operands) {
            *slot = operand.reg;
        }
        operands.into_iter().for_each(|o| self.release(o));
        regs
    }

    fn value_operands(&mut self, op: Op, args: &'u [Expr]) -> (Op, [u32; 2]) {
        if let [x, y] = args {
            if let (Op::VectorRef, Some(k)) = (op, index16(y)) {
                return (Op::VectorRefInt, [self.in_registers([x])[0], u32::from(k)]);
            }
            if let Some(with) = with_int(op) {
                if let Some(n) = int16(y) {
                    return (with, [self.in_registers([x])[0], n as u32]);
                }
                if let (Some(n), Some(_)) = (int16(x), mirrored(op)) {
                    return (with, [self.in_registers([y])[0], n as u32]);
                }
            }
        }
        let [a, b, _] = self.in_registers(args);
        (op, [a, b])
    }

    fn effect_operands(&mut self, op: Op, args: &'u [Expr]) -> (Op, [u32; 3]) {
        if let (Op::VectorSet, [x, k, y]) = (op, args)
            && let Some(k) = index16(k)
        {
            let [x, y, _] = self.in_registers([x, y]);
            return (Op::VectorSetInt, [x, u32::from(k), y]);
        }
        (op, self.in_registers(args))
    }

    /// A test whose outcome goes to `dest`.
    fn predicate(&mut self, prim: PrimId, test: Test, args: &'u [Expr], dest: Dest, span: Span) {
        if let (Test::Not, Dest::Test(yes, no)) = (test, dest) {
            return self.expr(&args[0], Dest::Test(no, yes));
        }
        if let (Test::Not, true) = (test, is_test(&args[0])) {
            return self.materialise(&args[0], dest, span);
        }
        let branch = self.branch(prim, test, args);
        match dest {
            Dest::Test(yes, no) => {
                self.jump_if(&branch, yes, span);
                self.asm.jump(no, span);
            }
            _ => self.produce(dest, span, |b, r| b.truth(&branch, r, span)),
        }
    }

    /// The negation of a test, as a value.
    fn materialise(&mut self, test: &'u Expr, dest: Dest, span: Span) {
        let [yes, no, end] = [self.asm.label(), self.asm.label(), self.asm.label()];
        self.expr(test, Dest::Test(no, yes));
        self.produce(dest, span, |b, r| {
            b.asm.bind(yes);
            b.load_small(r, TRUE, span);
            b.asm.jump(end, span);
            b.asm.bind(no);
            b.load_small(r, FALSE, span);
            b.asm.bind(end);
        });
    }

    /// `#t` or `#f` in `reg`.
    fn truth(&mut self, branch: &Branch, reg: Reg, span: Span) {
        let end = self.asm.label();
        let reads = branch.op.operands().iter().zip(branch.operands).any(|(kind, r)| *kind == Kind::Src && r == reg);
        if reads {
            let yes = self.asm.label();
            self.jump_if(branch, yes, span);
            self.load_small(reg, FALSE, span);
            self.asm.jump(end, span);
            self.asm.bind(yes);
            self.load_small(reg, TRUE, span);
        } else {
            self.load_small(reg, TRUE, span);
            self.jump_if(branch, end, span);
            self.load_small(reg, FALSE, span);
        }
        self.asm.bind(end);
    }

    fn jump_if(&mut self, branch: &Branch, label: Label, span: Span) {
        self.asm.branch(branch.op, branch.operands, label, span);
        self.asm.named(branch.name);
    }

    fn branch(&mut self, prim: PrimId, test: Test, args: &'u [Expr]) -> Branch {
        let unary = |b: &mut Self, op, k| Branch::new(op, [b.in_registers([&args[0]])[0], k]);
        match test {
            Test::Not => unary(self, Op::IfFalse, 0),
            Test::Tag(mask, bits) => unary(self, Op::IfTag, u32::from(mask) << 8 | u32::from(bits)),
            Test::Kind(kind) => unary(self, Op::IfKind, kind as u32),
            Test::Is(word) => unary(self, Op::IfEqImm, word as u32),
            Test::Int(op, k) => {
                let op = with_int(op).expect("comparisons with integers have instructions");
                Branch { name: Some(prim), ..unary(self, op, k as u32) }
            }
            Test::Branch(op) => self.comparison(prim, op, args),
        }
    }

    fn comparison(&mut self, prim: PrimId, op: Op, args: &'u [Expr]) -> Branch {
        let [x, y] = args else {
            return Branch::new(op, [self.in_registers(args)[0], 0]);
        };
        for (as_it_is, x, y) in [(true, x, y), (false, y, x)] {
            let Some(op) = (if as_it_is { Some(op) } else { mirrored(op) }) else { continue };
            let same = matches!(op, Op::IfEq | Op::IfEqv);
            if let (true, Some(word)) = (same, y.as_const().and_then(immediate_word))
                && let Ok(word) = i16::try_from(word as i64)
            {
                return Branch::new(Op::IfEqImm, [self.in_registers([x])[0], word as u32]);
            }
            if let (Some(op), Some(n)) = (with_int(op), int16(y)) {
                let name = (!as_it_is).then_some(prim);
                return Branch { name, ..Branch::new(op, [self.in_registers([x])[0], n as u32]) };
            }
        }
        let op = if op == Op::IfEqv && (is_word(x) || is_word(y)) { Op::IfEq } else { op };
        let [x, y, _] = self.in_registers(args);
        Branch::new(op, [x, y])
    }

    fn control(&mut self, control: Control, args: &'u [Expr], dest: Dest, span: Span) {
        match control {
            Control::Values => self.values(args, dest, span),
            Control::ValuesList => self.values_list(&args[0], dest, span),
            Control::Apply => self.apply(&args[0], &args[1..], dest, span),
            Control::Capture => self.produce(dest, span, |b, r| b.asm.push(Op::Capture, [r, 0, 0], span)),
            Control::Throw => {
                let (kont, values) = (&args[0], &args[1..]);
                self.with_callee(kont, values, |b, k| b.asm.push(Op::Throw, [values.len() as u32, k, 0], span));
            }
            Control::ThrowList => {
                let [kont, list, _] = self.in_registers(args);
                self.asm.push(Op::ThrowList, [kont, list, 0], span);
            }
            Control::RecordRef => {
                let [record, ..] = self.in_registers([&args[0]]);
                let (ty, index) = self.record_field(&args[1], &args[2]);
                self.produce(dest, span, |b, r| b.asm.push_with(Op::RecordRef, [r, record, index], Extra::Const(ty), span));
            }
            Control::RecordSet => {
                let [record, value, _] = self.in_registers([&args[0], &args[3]]);
                let (ty, index) = self.record_field(&args[1], &args[2]);
                self.asm.push_with(Op::RecordSet, [record, index, value], Extra::Const(ty), span);
                self.literal(&Literal::Unspecified, dest, span);
            }
            Control::Unbound => self.produce(dest, span, |b, r| b.load_small(r, Small::Word(value::UNBOUND as u32), span)),
            Control::CheckBound => self.check_bound(&args[0], dest, span),
            Control::CallWithValues => {
                unreachable!("the lowering pass turns call-with-values into Receive")
            }
        }
    }

    fn record_field(&mut self, ty: &Expr, index: &Expr) -> (u32, u32) {
        let (Some(ty), Some(index)) = (ty.as_const(), index16(index)) else { unreachable!("the form asks for constants") };
        let number = self.em.literals.number(ty);
        (self.constant(Constant::Literal(number)), u32::from(index))
    }

    fn check_bound(&mut self, variable: &'u Expr, dest: Dest, span: Span) {
        let ExprKind::Local(v) = variable.kind else {
            return self.expr(variable, dest);
        };
        let name = self.em.unit.var(v).name.clone();
        let name = self.constant(Constant::Name(name));
        let dest = if matches!(dest, Dest::Effect) { None } else { Some(dest) };
        let value = self.operand(variable);
        self.asm.push(Op::CheckBound, [value.reg, name, 0], span);
        self.release(value);
        if let Some(dest) = dest {
            self.deliver(value.reg, dest, span);
        }
    }
}

const TRUE: Small = Small::Word(value::TRUE as u32);
const FALSE: Small = Small::Word(value::FALSE as u32);

/// Operands in the fields of `op`, whose first is its destination.
fn with_destination(op: Op, dst: Reg, [a, b]: [u32; 2]) -> [u32; 3] {
    debug_assert_eq!(op.operands()[0], Kind::Dst);
    [dst, a, b]
}

/// Whether `e` can decide a jump by itself.
fn is_test(e: &Expr) -> bool {
    matches!(&e.kind, ExprKind::PrimCall(prim, args) if test_of(*prim, args.len()).is_some())
}

/// Whether `eqv?` with this constant is identity of words.
fn is_word(e: &Expr) -> bool {
    let Some(literal) = e.as_const() else {
        return false;
    };
    immediate_word(literal).is_some() || matches!(literal.as_datum(), Some(DatumKind::Symbol(_)))
}

/// Whether evaluating `e` may use the outgoing registers: calls do, and primitives that go
/// through the table with several arguments. Lambdas only make a closure.
pub(super) fn uses_outgoing(e: &Expr) -> bool {
    e.any_in_body(&mut |e| match &e.kind {
        ExprKind::Call(..) => true,
        ExprKind::PrimCall(prim, args) => match form_of(*prim, args) {
            Form::Prim => true,
            Form::Control(c) => !matches!(c, Control::RecordRef | Control::RecordSet | Control::Unbound | Control::CheckBound),
            // A resumable primitive may be suspended with a frame of its own on top.
            Form::Prim1 => prim.info().class != gambol_abi::prims::Class::Leaf,
            _ => false,
        },
        ExprKind::Receive { .. } => true,
        _ => false,
    })
}

/// Whether evaluating `e` later than what follows it in the text cannot be observed.
pub(super) fn can_wait(e: &Expr) -> bool {
    use gambol_abi::prims::PrimEffects;
    match &e.kind {
        ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Prim(_) | ExprKind::Lambda(_) => true,
        ExprKind::PrimCall(prim, args) => {
            let info = prim.info();
            let timeless = info.effects.0 & (PrimEffects::READ | PrimEffects::WRITE) == 0;
            timeless && *prim != KNOWN.check_bound && !uses_outgoing(e) && args.iter().all(can_wait)
        }
        _ => false,
    }
}
