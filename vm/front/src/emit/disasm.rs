//! Bytecode as text: constants, then one line for each instruction with its operands by meaning,
//! live registers where a frame may be looked at, and the source when it is at hand.

use std::fmt::{self, Write};

use gambol_abi::frame::{Arity, ManyValues, OUTGOING, ReturnPoint};
use gambol_abi::ops::{Instr, Op, Operand, Payload, branch_target, instruction_words, payload_registers};
use gambol_abi::prims::PRIMS;

use crate::code::{CompiledUnit, Constant, TemplateData};
use crate::ir::{GlobalKey, Literal};
use crate::source::{SourceMap, Span};

/// All templates of a unit.
pub fn disassemble_unit(unit: &CompiledUnit, sources: Option<&SourceMap>) -> String {
    (0..unit.templates.len()).map(|i| disassemble(unit, i, sources)).collect::<Vec<_>>().join("\n")
}

/// One template of a unit. Garbage is shown as such and never panics.
pub fn disassemble(unit: &CompiledUnit, number: usize, sources: Option<&SourceMap>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = Listing { unit, template: &unit.templates[number], sources }.write(&mut out, number);
    out
}

struct Listing<'a> {
    unit: &'a CompiledUnit,
    template: &'a TemplateData,
    sources: Option<&'a SourceMap>,
}

impl Listing<'_> {
    fn write(&self, out: &mut String, number: usize) -> fmt::Result {
        let t = self.template;
        let name = t.name.as_deref().unwrap_or(if number == 0 { "<body>" } else { "<lambda>" });
        write!(out, "template {number} {name} ")?;
        match t.arity {
            Arity::Exactly(n) => write!(out, "arity {n}")?,
            Arity::AtLeast(n) => write!(out, "arity {n}+")?,
            Arity::Any => write!(out, "arity any")?,
        }
        writeln!(out, " registers {} outgoing {} captured {}", t.registers, t.outgoing, t.captured)?;
        let mut pc = 0;
        while pc < t.code.len() {
            self.line(out, pc)?;
            pc += instruction_words_checked(&t.code, pc);
        }
        Ok(())
    }

    fn line(&self, out: &mut String, pc: usize) -> fmt::Result {
        let code = &self.template.code;
        let i = Instr(code[pc]);
        let Some(op) = i.op() else {
            return writeln!(out, "{pc:5}  ?? {:#018x}", i.0);
        };
        let mut text = format!("{pc:5}  {:<16}", op.name());
        for (k, kind) in op.operands().into_iter().enumerate() {
            self.operand(&mut text, pc, k, kind)?;
        }
        self.payload(&mut text, op, pc)?;
        if let Ok(k) = self.template.safepoints.binary_search_by_key(&(pc as u32), |(at, _)| *at)
            && op.payload() != Payload::Return
        {
            write!(text, "  live {}", self.map(self.template.safepoints[k].1 as usize))?;
        }
        if let Some(source) = self.source(pc) {
            write!(text, "  ; {source}")?;
        }
        writeln!(out, "{}", text.trim_end())
    }

    fn operand(&self, out: &mut String, pc: usize, k: usize, kind: Operand) -> fmt::Result {
        let i = Instr(self.template.code[pc]);
        let field = [i.a(), i.b(), i.c()][k];
        match kind {
            Operand::None => Ok(()),
            Operand::Dst | Operand::Src => write!(out, " {}", self.register(field)),
            Operand::Count => write!(out, " {field}"),
            Operand::Int => write!(out, " {}", field as u16 as i16),
            Operand::Int32 => write!(out, " {}", i.bx()),
            Operand::Word32 => write!(out, " {}", immediate(i.bx() as u32)),
            Operand::Label | Operand::Label32 => match branch_target(&self.template.code, pc) {
                Some(to) => write!(out, " ->{to}"),
                None => write!(out, " ->?"),
            },
            Operand::Const => write!(out, " {}", self.constant(pc, i64::from(i.bx()))),
            Operand::Prim => write!(out, " {}", PRIMS.get(field).map_or("??", |p| p.name)),
        }
    }

    fn payload(&self, out: &mut String, op: Op, pc: usize) -> fmt::Result {
        let code = &self.template.code;
        let Some(&word) = code.get(pc + 1) else {
            return Ok(());
        };
        match op.payload() {
            Payload::None => Ok(()),
            Payload::Const => write!(out, " {}", self.constant(pc, word as i64)),
            Payload::Registers => {
                if pc + instruction_words(code, pc) > code.len() {
                    return write!(out, " [cut off]");
                }
                let list: Vec<String> = payload_registers(code, pc).map(|r| self.register(r)).collect();
                write!(out, " [{}]", list.join(" "))
            }
            Payload::Return => {
                let rp = ReturnPoint(word);
                let many = match rp.many() {
                    ManyValues::Refuse => "",
                    ManyValues::Ignore => " ignore",
                    ManyValues::Accept => " accept",
                };
                write!(out, " => {}{many} across {}", self.register(rp.dst()), self.map(rp.map()))
            }
        }
    }

    fn register(&self, r: usize) -> String {
        let n = usize::from(self.template.registers);
        match r.checked_sub(n) {
            None => format!("r{r}"),
            Some(0) => "self".into(),
            Some(1) => "resume".into(),
            Some(k) if k >= OUTGOING => format!("o{}", k - OUTGOING),
            Some(_) => "return".into(),
        }
    }

    fn map(&self, number: usize) -> String {
        let Some(map) = self.template.maps.get(number) else {
            return "{??}".into();
        };
        let bits = (0..map.len() * 64).filter(|i| map[i / 64] >> (i % 64) & 1 != 0);
        format!("{{{}}}", bits.map(|r| self.register(r)).collect::<Vec<_>>().join(" "))
    }

    fn constant(&self, pc: usize, offset: i64) -> String {
        let constants = &self.template.constants;
        let index = (pc as i64).checked_add(offset).and_then(|i| i.checked_add(constants.len() as i64));
        let Some(constant) = index.and_then(|i| usize::try_from(i).ok()).and_then(|i| constants.get(i)) else {
            return "<no constant>".into();
        };
        match constant {
            Constant::Literal(n) => self.unit.literals.get(*n as usize).map_or("<no literal>".into(), literal),
            Constant::Template(n) => format!("template:{n}"),
            Constant::Procedure(n) => format!("procedure:{n}{}", self.name_of(*n)),
            Constant::Global(n) => format!("global:{}", self.unit.globals.get(*n as usize).map_or("?", |g| key_name(&g.key))),
            Constant::Primitive(prim) => format!("primitive:{}", PRIMS.get(usize::from(prim.0)).map_or("?", |p| p.name)),
            Constant::Name(name) => format!("name:{name}"),
        }
    }

    fn name_of(&self, template: u32) -> String {
        let name = self.unit.templates.get(template as usize).and_then(|t| t.name.as_deref());
        name.map_or(String::new(), |name| format!(":{name}"))
    }

    fn source(&self, pc: usize) -> Option<String> {
        let index = self.template.spans.binary_search_by_key(&(pc as u32), |(at, _)| *at).ok()?;
        let span: Span = self.template.spans[index].1;
        let sources = self.sources?;
        let text = sources.span_text(span).unwrap_or("");
        let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(48).collect();
        Some(format!("{} {short}", sources.describe(span)))
    }
}

/// Words of the instruction at `pc`, at least one and not past the end.
fn instruction_words_checked(code: &[u64], pc: usize) -> usize {
    match Instr(code[pc]).op().map(Op::payload) {
        Some(Payload::Registers | Payload::Return | Payload::Const) if pc + 1 >= code.len() => 1,
        _ => instruction_words(code, pc).min(code.len() - pc),
    }
}

fn key_name(key: &GlobalKey) -> &str {
    match key {
        GlobalKey::Library(_, name) | GlobalKey::Unit(name) | GlobalKey::Interactive(_, name) => name,
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Datum(datum) => format!("'{datum}"),
        Literal::Unspecified => "#!unspecified".into(),
        Literal::Default => "#!default".into(),
        Literal::RecordType { name, .. } => format!("record-type:{name}"),
    }
}

fn immediate(word: u32) -> String {
    use gambol_abi::value;
    match u64::from(word) {
        value::FALSE => "#f".into(),
        value::TRUE => "#t".into(),
        value::NIL => "()".into(),
        value::EOF => "#!eof".into(),
        value::UNSPECIFIED => "#!unspecified".into(),
        value::DEFAULT => "#!default".into(),
        value::UNBOUND => "#!unbound".into(),
        w if value::is_char(w) => char::from_u32(value::char_code(w)).map_or("#\\?".into(), |c| format!("#\\{}", c.escape_default())),
        w => format!("{w:#x}"),
    }
}
