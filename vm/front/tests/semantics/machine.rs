//! A small machine for bytecode. Registers are forgotten as soon as the code's own live maps say
//! that nobody wants them; reading a forgotten one is a failure of the test.

use std::cell::RefCell;
use std::rc::Rc;

use gambol_abi::frame::{Arity, ManyValues, OUTGOING, ReturnPoint};
use gambol_abi::ops::{Instr, Op, instruction_words, payload_registers};
use gambol_abi::prims::PrimId;
use gambol_abi::value;
use gambol_front::code::{CompiledUnit, Constant, TemplateData};

use crate::value::{Failure, Value, apply_prim, literal};

/// The printed outcome.
pub(crate) fn run(unit: &CompiledUnit) -> String {
    let mut machine = Machine { unit, globals: vec![None; unit.globals.len()], frames: Vec::new() };
    machine.enter(0, Rc::new(Procedure { template: 0, captured: RefCell::new(Vec::new()) }), Vec::new());
    match machine.go() {
        Ok(values) => values.iter().map(Value::print).collect::<Vec<_>>().join(" "),
        Err(Failure) => "error".into(),
    }
}

struct Procedure {
    template: usize,
    captured: RefCell<Vec<Value>>,
}

struct Frame {
    template: usize,
    pc: usize,
    registers: Vec<Option<Value>>,
    /// Arguments as they came, for the entries of a `case-lambda`.
    arguments: Vec<Value>,
    values: Vec<Value>,
}

struct Machine<'u> {
    unit: &'u CompiledUnit,
    globals: Vec<Option<Value>>,
    frames: Vec<Frame>,
}

enum Next {
    At(usize),
    Return(Vec<Value>),
    Call { callee: Value, args: Vec<Value>, tail: bool },
}

impl Machine<'_> {
    fn enter(&mut self, template: usize, procedure: Rc<Procedure>, args: Vec<Value>) {
        let t = &self.unit.templates[template];
        let n = usize::from(t.registers);
        let mut registers = vec![None; n + OUTGOING + usize::from(t.outgoing)];
        registers[n] = Some(Value::Procedure(procedure));
        match t.arity {
            Arity::Exactly(_) => args.iter().enumerate().for_each(|(i, v)| registers[i] = Some(v.clone())),
            Arity::AtLeast(k) => spread(&mut registers, usize::from(k), true, &args),
            Arity::Any => {}
        }
        self.frames.push(Frame { template, pc: 0, registers, arguments: args, values: Vec::new() });
    }

    fn go(&mut self) -> Result<Vec<Value>, Failure> {
        loop {
            match self.step()? {
                Next::At(pc) => self.top().pc = pc,
                Next::Return(values) => {
                    self.frames.pop();
                    if self.frames.is_empty() {
                        return Ok(values);
                    }
                    self.resume(values)?;
                }
                Next::Call { callee, args, tail } => {
                    if tail {
                        self.frames.pop();
                    }
                    self.call(callee, args)?;
                }
            }
        }
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a frame runs")
    }

    fn call(&mut self, callee: Value, args: Vec<Value>) -> Result<(), Failure> {
        match callee {
            Value::Procedure(procedure) => {
                let procedure = procedure.downcast::<Procedure>().expect("made by this machine");
                let template = procedure.template;
                if !self.unit.templates[template].arity.accepts(args.len()) {
                    return Err(Failure);
                }
                self.enter(template, procedure, args);
                Ok(())
            }
            Value::Prim(prim) if prim.info().accepts(args.len()) => {
                let value = apply_prim(prim, &args)?;
                if self.frames.is_empty() {
                    // A tail call from the body: leave the value where `go` finds it.
                    let one = Rc::new(Procedure { template: 0, captured: RefCell::new(Vec::new()) });
                    self.enter(0, one, Vec::new());
                    return self.finish_with(value);
                }
                self.resume(vec![value])
            }
            _ => Err(Failure),
        }
    }

    /// Makes the only frame one that returns `value`.
    fn finish_with(&mut self, value: Value) -> Result<(), Failure> {
        self.top().values = vec![value];
        self.top().pc = usize::MAX;
        Ok(())
    }

    /// Goes on after the call that the top frame is in.
    fn resume(&mut self, values: Vec<Value>) -> Result<(), Failure> {
        let unit = self.unit;
        let frame = self.top();
        let t = &unit.templates[frame.template];
        let rp = ReturnPoint(t.code[frame.pc + 1]);
        frame.keep(t, rp.map(), Some(rp.dst()));
        let resume = frame.pc + 2;
        match (rp.many(), &values[..]) {
            (_, [value]) => {
                frame.registers[rp.dst()] = Some(value.clone());
                frame.pc = resume;
            }
            (ManyValues::Refuse, _) => return Err(Failure),
            (ManyValues::Ignore, _) => {
                frame.registers[rp.dst()] = Some(Value::Unspecified);
                frame.pc = resume;
            }
            (ManyValues::Accept, _) => {
                frame.values = values;
                frame.pc = resume + 1;
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Next, Failure> {
        let unit = self.unit;
        let globals = &mut self.globals;
        let frame = self.frames.last_mut().expect("a frame runs");
        if frame.pc == usize::MAX {
            return Ok(Next::Return(std::mem::take(&mut frame.values)));
        }
        let t = &unit.templates[frame.template];
        let pc = frame.pc;
        let i = Instr(t.code[pc]);
        let op = i.op().expect("verified");
        if let Ok(k) = t.safepoints.binary_search_by_key(&(pc as u32), |s| s.0) {
            frame.keep(t, t.safepoints[k].1 as usize, None);
        }
        let n = usize::from(t.registers);
        let next = pc + instruction_words(&t.code, pc);
        let outgoing = |frame: &Frame, count: usize| (0..count).map(|k| frame.get(n + OUTGOING + k)).collect::<Vec<_>>();
        let constant = |offset: i64| &t.constants[(pc as i64 + offset + t.constants.len() as i64) as usize];
        if op.family() == "branch" {
            let label = if matches!(op.operands()[1], gambol_abi::ops::Operand::Label32) { i64::from(i.bx()) } else { i64::from(i.c_int()) };
            let yes = branch(op, i, frame)?;
            return Ok(Next::At(if yes { (pc as i64 + 1 + label) as usize } else { next }));
        }
        match op {
            Op::Return => return Ok(Next::Return(vec![frame.get(i.a())])),
            Op::ReturnMany => return Ok(Next::Return(outgoing(frame, i.a()))),
            Op::ReturnList => return Ok(Next::Return(frame.get(i.a()).items()?)),
            Op::Jump | Op::Loop => {
                return Ok(Next::At((pc as i64 + 1 + i64::from(i.bx())) as usize));
            }
            Op::Call | Op::TailCall => {
                return Ok(Next::Call { callee: frame.get(i.b()), args: outgoing(frame, i.a()), tail: op == Op::TailCall });
            }
            Op::CallConst | Op::TailCallConst => {
                let callee = constant_value(unit, constant(i64::from(i.bx())));
                return Ok(Next::Call { callee, args: outgoing(frame, i.a()), tail: op == Op::TailCallConst });
            }
            Op::Apply | Op::TailApply => {
                let mut args = outgoing(frame, i.a());
                let last = args.pop().ok_or(Failure)?.items()?;
                args.extend(last);
                return Ok(Next::Call { callee: frame.get(i.b()), args, tail: op == Op::TailApply });
            }
            Op::Receive => {
                let values = std::mem::take(&mut frame.values);
                if values.len() < i.b() || values.len() > i.b() && i.c() == 0 {
                    return Err(Failure);
                }
                for (k, value) in values.iter().take(i.b()).enumerate() {
                    frame.registers[i.a() + k] = Some(value.clone());
                }
                if i.c() == 1 {
                    frame.registers[i.a() + i.b()] = Some(Value::list(values[i.b()..].to_vec()));
                }
            }
            Op::EntryCase => {
                let args = frame.arguments.clone();
                let fits = if i.b() == 1 { args.len() >= i.a() } else { args.len() == i.a() };
                if !fits {
                    return Ok(Next::At((pc as i64 + 1 + i64::from(i.c_int())) as usize));
                }
                spread(&mut frame.registers, i.a(), i.b() == 1, &args);
            }
            Op::EntryFail => return Err(Failure),
            Op::Move => frame.set(i.a(), frame.get(i.b())),
            Op::LoadInt => frame.set(i.a(), Value::Int(i64::from(i.bx()))),
            Op::LoadImm => frame.set(i.a(), immediate(i.bx() as u32)),
            Op::LoadConst => frame.set(i.a(), constant_value(unit, constant(i64::from(i.bx())))),
            Op::MakeClosure => {
                let Constant::Template(number) = constant(i64::from(i.bx())) else { panic!("a template") };
                let captured = payload_registers(&t.code, pc).map(|r| frame.get(r)).collect();
                frame.set(i.a(), Value::Procedure(Rc::new(Procedure { template: *number as usize, captured: RefCell::new(captured) })));
            }
            Op::ClosureRef => {
                let value = procedure(&frame.get(i.b())).captured.borrow()[i.c()].clone();
                frame.set(i.a(), value);
            }
            Op::ClosureSet => procedure(&frame.get(i.a())).captured.borrow_mut()[i.b()] = frame.get(i.c()),
            Op::MakeBox => frame.set(i.a(), Value::Box(Rc::new(RefCell::new(frame.get(i.b()))))),
            Op::BoxRef => {
                let Value::Box(place) = frame.get(i.b()) else { panic!("a box") };
                frame.set(i.a(), place.borrow().clone());
            }
            Op::BoxSet => {
                let Value::Box(place) = frame.get(i.a()) else { panic!("a box") };
                *place.borrow_mut() = frame.get(i.b());
            }
            Op::CheckBound => {
                if matches!(frame.get(i.a()), Value::Unbound) {
                    return Err(Failure);
                }
            }
            Op::CellRef | Op::CellRefBound => {
                let Constant::Global(g) = constant(i64::from(i.bx())) else { panic!("a variable") };
                let value = globals[*g as usize].clone();
                assert!(op == Op::CellRef || value.is_some(), "a variable that was said to have a value has none");
                frame.set(i.a(), value.ok_or(Failure)?);
            }
            Op::CellSet | Op::CellDefine => {
                let Constant::Global(g) = constant(i64::from(i.bx())) else { panic!("a variable") };
                globals[*g as usize] = Some(frame.get(i.a()));
            }
            Op::AddInt | Op::SubInt => {
                let (x, k) = (frame.get(i.b()).int()?, i64::from(i.c_int()));
                frame.set(i.a(), Value::Int(if op == Op::AddInt { x.wrapping_add(k) } else { x.wrapping_sub(k) }));
            }
            Op::Add | Op::Sub | Op::Mul | Op::Cons => {
                let args = [frame.get(i.b()), frame.get(i.c())];
                frame.set(i.a(), by_name(op, &args)?);
            }
            Op::Car | Op::Cdr => frame.set(i.a(), by_name(op, &[frame.get(i.b())])?),
            Op::Prim => frame.set(i.a(), apply_prim(PrimId(i.b() as u16), &outgoing(frame, i.c()))?),
            Op::Prim1 => frame.set(i.a(), apply_prim(PrimId(i.b() as u16), &[frame.get(i.c())])?),
            other => panic!("the test machine does not know {}", other.name()),
        }
        Ok(Next::At(next))
    }
}

impl Frame {
    fn get(&self, r: usize) -> Value {
        self.registers[r].clone().unwrap_or_else(|| panic!("register {r} of template {} is read at {} though forgotten", self.template, self.pc))
    }

    fn set(&mut self, r: usize, value: Value) {
        self.registers[r] = Some(value);
    }

    /// Forgets all registers but those of map `number`.
    fn keep(&mut self, t: &TemplateData, number: usize, but: Option<usize>) {
        let map = &t.maps[number];
        let n = usize::from(t.registers);
        for (r, register) in self.registers.iter_mut().enumerate() {
            let live = r == n || Some(r) == but || map.get(r / 64).is_some_and(|w| w >> (r % 64) & 1 != 0);
            if !live {
                *register = None;
            }
        }
    }
}

fn spread(registers: &mut [Option<Value>], required: usize, rest: bool, args: &[Value]) {
    for k in 0..required {
        registers[k] = Some(args[k].clone());
    }
    if rest {
        registers[required] = Some(Value::list(args[required..].to_vec()));
    }
}

fn procedure(value: &Value) -> Rc<Procedure> {
    match value {
        Value::Procedure(procedure) => procedure.clone().downcast().expect("made by this machine"),
        _ => panic!("a procedure"),
    }
}

fn constant_value(unit: &CompiledUnit, constant: &Constant) -> Value {
    match constant {
        Constant::Literal(n) => literal(&unit.literals[*n as usize]),
        Constant::Procedure(n) => Value::Procedure(Rc::new(Procedure { template: *n as usize, captured: RefCell::new(Vec::new()) })),
        Constant::Primitive(prim) => Value::Prim(*prim),
        _ => panic!("not a value"),
    }
}

fn immediate(word: u32) -> Value {
    match u64::from(word) {
        value::FALSE => Value::Bool(false),
        value::TRUE => Value::Bool(true),
        value::NIL => Value::Nil,
        value::UNBOUND => Value::Unbound,
        _ => Value::Unspecified,
    }
}

fn by_name(op: Op, args: &[Value]) -> Result<Value, Failure> {
    let name = match op {
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::Cons => "cons",
        Op::Car => "car",
        Op::Cdr => "cdr",
        _ => panic!("no primitive does this"),
    };
    apply_prim(PrimId::named(name).expect("in the table"), args)
}

/// Whether a branch is taken.
fn branch(op: Op, i: Instr, frame: &Frame) -> Result<bool, Failure> {
    let a = frame.get(i.a());
    let name = op.name().replace("IfNot", "If");
    let sense = name == op.name();
    let ints = || Ok((a.int()?, if name.ends_with("Int") { i64::from(i.b_int()) } else { frame.get(i.b()).int()? }));
    let yes = match (op, name.trim_end_matches("Int")) {
        (Op::IfTrue, _) => return Ok(a.is_true()),
        (Op::IfFalse, _) => return Ok(!a.is_true()),
        (_, "IfNull") => matches!(a, Value::Nil),
        (_, "IfPair") => matches!(a, Value::Pair(_)),
        (_, "IfEq" | "IfEqv") => a.same(&frame.get(i.b())),
        (_, "IfEqImm") => match a {
            Value::Int(n) => value::fixnum(n) as i64 == i64::from(i.b_int()),
            Value::Bool(b) => value::boolean(b) as i64 == i64::from(i.b_int()),
            Value::Nil => value::NIL as i64 == i64::from(i.b_int()),
            _ => false,
        },
        (_, other) => {
            let (x, y): (i64, i64) = ints()?;
            match other {
                "IfNumEq" => x == y,
                "IfLess" => x < y,
                "IfLessEq" => x <= y,
                "IfGreater" => x > y,
                "IfGreaterEq" => x >= y,
                _ => panic!("the test machine does not know {}", op.name()),
            }
        }
    };
    Ok(yes == sense)
}
