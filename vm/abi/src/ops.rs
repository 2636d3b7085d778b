//! The bytecode: one table of instructions, grouped by family. From it derive the [`Op`] enum,
//! operand metadata (codec, disassembler, verifier, liveness), effects, the visitor traits
//! that each tier implements, and the dispatcher macro [`crate::dispatch_op`].
//!
//! An instruction is one 64-bit word: `op: 16 | a: 16 | b: 16 | c: 16`, low to high; `bc`
//! read together are a signed 32-bit number. Registers are numbered in 16 bits, so there is
//! no wide form. Labels count instructions words relative to the *next* word after the
//! instruction (payload words included in neither side: relative to `pc + 1`). Constants stand
//! before the code in the same block and are addressed relative to `pc` in words (negative).
//! Calls are followed by a [`crate::frame::ReturnPoint`] word. See docs/bytecode.md.

/// What an operand field means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// Field unused.
    None,
    /// Register written.
    Dst,
    /// Register read.
    Src,
    /// Unsigned number.
    Count,
    /// Signed 16-bit number.
    Int,
    /// Signed 16-bit label.
    Label,
    /// In `b`, spans `b` and `c`: signed 32-bit number.
    Int32,
    /// In `b`, spans `b` and `c`: raw unsigned 32-bit word.
    Word32,
    /// In `b`, spans `b` and `c`: signed 32-bit label.
    Label32,
    /// In `b`, spans `b` and `c`: constant, in words relative to this instruction.
    Const,
    /// Number of a primitive.
    Prim,
}

/// What follows the instruction word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payload {
    /// Nothing.
    None,
    /// A [`crate::frame::ReturnPoint`].
    Return,
    /// A count in 16 bits, then that many registers read, four to a word.
    Registers,
    /// One word: a constant, as a signed count of words relative to this instruction.
    Const,
}

/// What an instruction may do besides its result. Pessimism is the default of primitives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects(pub u8);
impl Effects {
    /// None.
    pub const PURE: Effects = Effects(0);
    /// May raise a condition.
    pub const RAISES: Effects = Effects(1);
    /// May allocate, hence collect.
    pub const ALLOCATES: Effects = Effects(2);
    /// Calls out of the frame.
    pub const CALLS: Effects = Effects(4);
    /// Ends or redirects the instruction stream.
    pub const BRANCHES: Effects = Effects(8);
    /// Checks for requests.
    pub const POLLS: Effects = Effects(16);
    /// Control never reaches the next instruction.
    pub const ENDS: Effects = Effects(32);
    /// Union.
    pub const fn or(self, o: Effects) -> Effects {
        Effects(self.0 | o.0)
    }
    /// Whether all of `o` is in `self`.
    pub const fn has(self, o: Effects) -> bool {
        self.0 & o.0 == o.0
    }
    /// Whether the frame must be describable at this instruction: it may raise (an injected
    /// call keeps the frame alive), collect, poll or call.
    pub const fn is_safepoint(self) -> bool {
        self.0 & (1 | 2 | 4 | 16) != 0
    }
}

/// One decoded instruction word.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Instr(pub u64);
impl Instr {
    /// `op a, b, c`.
    pub const fn abc(op: Op, a: u16, b: u16, c: u16) -> Instr {
        Instr(op as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48)
    }
    /// `op a, bc`.
    pub const fn abx(op: Op, a: u16, bc: i32) -> Instr {
        Instr(op as u64 | (a as u64) << 16 | (bc as u32 as u64) << 32)
    }
    /// The operation; `None` if the code names none.
    pub const fn op(self) -> Option<Op> {
        let n = self.0 as u16 as usize;
        if n < Op::COUNT { Some(Op::ALL[n]) } else { None }
    }
    /// First field.
    #[inline(always)]
    pub const fn a(self) -> usize {
        (self.0 >> 16) as u16 as usize
    }
    /// Second field.
    #[inline(always)]
    pub const fn b(self) -> usize {
        (self.0 >> 32) as u16 as usize
    }
    /// Third field.
    #[inline(always)]
    pub const fn c(self) -> usize {
        (self.0 >> 48) as usize
    }
    /// Third field, signed.
    #[inline(always)]
    pub const fn c_int(self) -> i16 {
        (self.0 >> 48) as i16
    }
    /// Second field, signed.
    #[inline(always)]
    pub const fn b_int(self) -> i16 {
        (self.0 >> 32) as i16
    }
    /// Second and third field as one signed number.
    #[inline(always)]
    pub const fn bx(self) -> i32 {
        (self.0 >> 32) as i32
    }
}

/// Calls `$m! { ... }` with the whole table.
#[macro_export]
macro_rules! for_each_op { ($m:ident $($extra:tt)*) => { $m! { $($extra)*
// family  Trait
control ControlOps "Calls, returns, jumps" {
    Return return_ (Src, None, None) None [ENDS] "return register a to the caller";
    ReturnMany return_many (Count, None, None) None [ENDS, RAISES, ALLOCATES] "return the a outgoing values; the caller's return point decides";
    Jump jump (None, Label32, None) None [BRANCHES, ENDS] "go to bc";
    Loop loop_ (None, Label32, None) None [BRANCHES, ENDS, POLLS, RAISES, ALLOCATES] "go back to bc, after a poll";
    Call call (Count, Src, None) Return [CALLS, POLLS, RAISES, ALLOCATES] "call procedure b with the a outgoing arguments";
    CallConst call_const (Count, Const, None) Return [CALLS, POLLS, RAISES, ALLOCATES] "call the procedure constant bc, whose arity is known to accept the a outgoing arguments";
    TailCall tail_call (Count, Src, None) None [CALLS, POLLS, RAISES, ALLOCATES, ENDS] "replace this frame by a call of b with the a outgoing arguments";
    TailCallConst tail_call_const (Count, Const, None) None [CALLS, POLLS, RAISES, ALLOCATES, ENDS] "replace this frame by a call of the procedure constant bc, arity known";
    TailApply tail_apply (Count, Src, None) None [CALLS, POLLS, RAISES, ALLOCATES, ENDS] "like TailCall, but the last of the a outgoing arguments is a list to spread";
    Receive receive (Dst, Count, Count) None [RAISES, ALLOCATES] "take the values in flight: b into registers from a on; with c = 1 the rest as a list into the next; else exactly b";
    Apply apply (Count, Src, None) Return [CALLS, POLLS, RAISES, ALLOCATES] "like Call, but the last of the a outgoing arguments is a list to spread";
    ReturnList return_list (Src, None, None) None [ENDS, RAISES, ALLOCATES] "return the elements of list a as values";
    EntryCase entry_case (Count, Int, Label) None [BRANCHES, ALLOCATES, RAISES] "clause of a case-lambda: with a arguments (b = 1: at least a, rest spread into register a) go on, else to c; only at the start of a template with arity Any";
    EntryFail entry_fail (None, None, None) None [RAISES, ENDS] "no clause accepts the argument count";
    Capture capture (Dst, None, None) None [ALLOCATES, RAISES] "seal the caller's part of the stack into a continuation; this frame goes on above it";
    Throw throw (Count, Src, None) None [RAISES, ALLOCATES, ENDS] "abandon the stack, return the a outgoing values to continuation b";
    ThrowList throw_list (Src, Src, None) None [RAISES, ALLOCATES, ENDS] "abandon the stack, return the elements of list b to continuation a";
    ResumeInjected resume_injected (None, None, None) None [ENDS, POLLS] "end of an injected call: go on in the interrupted frame; only in the runtime's own code";
    Warm warm (None, None, None) None [ENDS] "in front of a procedure's code: count the call, at the threshold make machine code, go on";
    Machine machine (None, None, None) None [ENDS] "in front of a procedure's code: go on in its machine code";
}
branch BranchOps "Conditional jumps" {
    IfTrue if_true (Src, Label32, None) None [BRANCHES] "go to bc unless a is #f";
    IfFalse if_false (Src, Label32, None) None [BRANCHES] "go to bc if a is #f";
    IfNull if_null (Src, Label32, None) None [BRANCHES] "go to bc if a is the empty list";
    IfNotNull if_not_null (Src, Label32, None) None [BRANCHES] "go to bc unless a is the empty list";
    IfPair if_pair (Src, Label32, None) None [BRANCHES] "go to bc if a is a pair";
    IfNotPair if_not_pair (Src, Label32, None) None [BRANCHES] "go to bc unless a is a pair";
    IfEq if_eq (Src, Src, Label) None [BRANCHES] "go to c if a and b are the same word";
    IfNotEq if_not_eq (Src, Src, Label) None [BRANCHES] "go to c unless a and b are the same word";
    IfEqImm if_eq_imm (Src, Int, Label) None [BRANCHES] "go to c if a is the word b, sign-extended";
    IfNotEqImm if_not_eq_imm (Src, Int, Label) None [BRANCHES] "go to c unless a is the word b, sign-extended";
    IfEqv if_eqv (Src, Src, Label) None [BRANCHES] "go to c if a and b are eqv?";
    IfNotEqv if_not_eqv (Src, Src, Label) None [BRANCHES] "go to c unless a and b are eqv?";
    IfTag if_tag (Src, Count, Label) None [BRANCHES] "b = mask << 8 | value: go to c if (a & mask) = value";
    IfNotTag if_not_tag (Src, Count, Label) None [BRANCHES] "b = mask << 8 | value: go to c unless (a & mask) = value";
    IfKind if_kind (Src, Count, Label) None [BRANCHES] "go to c if a is an object of kind b";
    IfNotKind if_not_kind (Src, Count, Label) None [BRANCHES] "go to c unless a is an object of kind b";
    IfNumEq if_num_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c if a = b";
    IfNotNumEq if_not_num_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless a = b";
    IfLess if_less (Src, Src, Label) None [BRANCHES, RAISES] "go to c if a < b";
    IfNotLess if_not_less (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless a < b";
    IfLessEq if_less_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c if a <= b";
    IfNotLessEq if_not_less_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless a <= b";
    IfGreater if_greater (Src, Src, Label) None [BRANCHES, RAISES] "go to c if a > b";
    IfNotGreater if_not_greater (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless a > b";
    IfGreaterEq if_greater_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c if a >= b";
    IfNotGreaterEq if_not_greater_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless a >= b";
    IfNumEqInt if_num_eq_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c if a = the integer b";
    IfNotNumEqInt if_not_num_eq_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c unless a = the integer b";
    IfLessInt if_less_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c if a < the integer b";
    IfNotLessInt if_not_less_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c unless a < the integer b";
    IfLessEqInt if_less_eq_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c if a <= the integer b";
    IfNotLessEqInt if_not_less_eq_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c unless a <= the integer b";
    IfGreaterInt if_greater_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c if a > the integer b";
    IfNotGreaterInt if_not_greater_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c unless a > the integer b";
    IfGreaterEqInt if_greater_eq_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c if a >= the integer b";
    IfNotGreaterEqInt if_not_greater_eq_int (Src, Int, Label) None [BRANCHES, RAISES] "go to c unless a >= the integer b";
    IfCharEq if_char_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c if a and b are the same character";
    IfNotCharEq if_not_char_eq (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless a and b are the same character";
    IfCharLess if_char_less (Src, Src, Label) None [BRANCHES, RAISES] "go to c if character a < b";
    IfNotCharLess if_not_char_less (Src, Src, Label) None [BRANCHES, RAISES] "go to c unless character a < b";
}
moves MoveOps "Registers, constants, variables, closures" {
    Move move_ (Dst, Src, None) None [] "a := b";
    LoadInt load_int (Dst, Int32, None) None [] "a := the fixnum bc";
    LoadImm load_imm (Dst, Word32, None) None [] "a := the immediate word bc";
    LoadConst load_const (Dst, Const, None) None [] "a := the constant bc";
    MakeClosure make_closure (Dst, Const, None) Registers [ALLOCATES] "a := procedure of template bc with the registers that follow as captured values";
    ClosureRef closure_ref (Dst, Src, Count) None [] "a := captured value c of procedure b";
    ClosureSet closure_set (Src, Count, Src) None [ALLOCATES] "captured value b of procedure a := c (knots of letrec, with barrier)";
    MakeBox make_box (Dst, Src, None) None [ALLOCATES] "a := new box of b";
    BoxRef box_ref (Dst, Src, None) None [] "a := content of box b";
    BoxSet box_set (Src, Src, None) None [ALLOCATES] "content of box a := b (with barrier)";
    CheckBound check_bound (Src, Const, None) None [RAISES] "raise unless a holds a value; bc is the variable's name";
    CellRef cell_ref (Dst, Const, None) None [RAISES] "a := value of variable bc; raise if unbound";
    CellRefBound cell_ref_bound (Dst, Const, None) None [] "a := value of variable bc, known to have one";
    CellSet cell_set (Src, Const, None) None [RAISES, ALLOCATES] "variable bc := a; raise if unbound";
    CellDefine cell_define (Src, Const, None) None [ALLOCATES] "define variable bc as a";
}
arith ArithOps "Generic arithmetic with inline fixnum and flonum paths" {
    Add add (Dst, Src, Src) None [RAISES, ALLOCATES] "a := b + c";
    Sub sub (Dst, Src, Src) None [RAISES, ALLOCATES] "a := b - c";
    Mul mul (Dst, Src, Src) None [RAISES, ALLOCATES] "a := b * c";
    Div div (Dst, Src, Src) None [RAISES, ALLOCATES] "a := b / c";
    AddInt add_int (Dst, Src, Int) None [RAISES, ALLOCATES] "a := b + the integer c";
    SubInt sub_int (Dst, Src, Int) None [RAISES, ALLOCATES] "a := b - the integer c";
    Quotient quotient (Dst, Src, Src) None [RAISES, ALLOCATES] "a := (truncate-quotient b c)";
    Remainder remainder (Dst, Src, Src) None [RAISES, ALLOCATES] "a := (truncate-remainder b c)";
    Modulo modulo (Dst, Src, Src) None [RAISES, ALLOCATES] "a := (floor-remainder b c)";
}
data DataOps "Pairs, vectors, strings, bytevectors, characters, records" {
    Cons cons (Dst, Src, Src) None [ALLOCATES] "a := (cons b c)";
    Car car (Dst, Src, None) None [RAISES] "a := (car b)";
    Cdr cdr (Dst, Src, None) None [RAISES] "a := (cdr b)";
    Caar caar (Dst, Src, None) None [RAISES] "a := (caar b)";
    Cadr cadr (Dst, Src, None) None [RAISES] "a := (cadr b)";
    Cdar cdar (Dst, Src, None) None [RAISES] "a := (cdar b)";
    Cddr cddr (Dst, Src, None) None [RAISES] "a := (cddr b)";
    SetCar set_car (Src, Src, None) None [RAISES, ALLOCATES] "(set-car! a b)";
    SetCdr set_cdr (Src, Src, None) None [RAISES, ALLOCATES] "(set-cdr! a b)";
    VectorRef vector_ref (Dst, Src, Src) None [RAISES] "a := (vector-ref b c)";
    VectorRefInt vector_ref_int (Dst, Src, Count) None [RAISES] "a := (vector-ref b the integer c)";
    VectorSet vector_set (Src, Src, Src) None [RAISES, ALLOCATES] "(vector-set! a b c)";
    VectorSetInt vector_set_int (Src, Count, Src) None [RAISES, ALLOCATES] "(vector-set! a the integer b c)";
    VectorLength vector_length (Dst, Src, None) None [RAISES] "a := (vector-length b)";
    StringRef string_ref (Dst, Src, Src) None [RAISES] "a := (string-ref b c)";
    StringLength string_length (Dst, Src, None) None [RAISES] "a := (string-length b)";
    BytevectorRef bytevector_ref (Dst, Src, Src) None [RAISES] "a := (bytevector-u8-ref b c)";
    BytevectorSet bytevector_set (Src, Src, Src) None [RAISES] "(bytevector-u8-set! a b c)";
    CharToInteger char_to_integer (Dst, Src, None) None [RAISES] "a := (char->integer b)";
    IntegerToChar integer_to_char (Dst, Src, None) None [RAISES] "a := (integer->char b)";
    RecordRef record_ref (Dst, Src, Count) Const [RAISES] "a := field c of record b, whose type must be the constant";
    RecordSet record_set (Src, Count, Src) Const [RAISES, ALLOCATES] "field b of record a, whose type must be the constant, := c";
}
prims PrimOps "Everything else, through the primitive table" {
    Prim prim (Dst, Prim, Count) None [RAISES, ALLOCATES, CALLS, POLLS] "a := primitive b applied to the c outgoing arguments";
    Prim1 prim1 (Dst, Prim, Src) None [RAISES, ALLOCATES, CALLS, POLLS] "a := primitive b applied to register c";
}
} } }

macro_rules! define_ops {
    ($($family:ident $trait:ident $about:literal { $($name:ident $method:ident ($a:ident, $b:ident, $c:ident) $payload:ident [$($eff:ident),*] $doc:literal;)* })*) => {
        /// Operation codes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u16)]
        pub enum Op { $($(#[doc = $doc] $name,)*)* }
        impl Op {
            /// All operations in order of their codes.
            pub const ALL: &'static [Op] = &[$($(Op::$name,)*)*];
            /// Number of operations.
            pub const COUNT: usize = Op::ALL.len();
            /// Name as the disassembler prints it.
            pub const fn name(self) -> &'static str { match self { $($(Op::$name => stringify!($name),)*)* } }
            /// Name of the counter of its slow paths taken by machine code.
            pub const fn counter(self) -> &'static str { match self { $($(Op::$name => concat!("step-", stringify!($name)),)*)* } }
            /// Family the operation belongs to.
            pub const fn family(self) -> &'static str { match self { $($(Op::$name => stringify!($family),)*)* } }
            /// One line on what it does.
            pub const fn doc(self) -> &'static str { match self { $($(Op::$name => $doc,)*)* } }
            /// Meaning of the fields a, b and c.
            pub const fn operands(self) -> [Operand; 3] { match self { $($(Op::$name => [Operand::$a, Operand::$b, Operand::$c],)*)* } }
            /// What follows the instruction word.
            pub const fn payload(self) -> Payload { match self { $($(Op::$name => Payload::$payload,)*)* } }
            /// What it may do.
            pub const fn effects(self) -> Effects { match self { $($(Op::$name => Effects(0 $(| Effects::$eff.0)*),)*)* } }
        }
        $(#[doc = $about]
        pub trait $trait {
            /// What a visit yields.
            type Flow;
            $(#[doc = $doc] fn $method(&mut self, i: Instr) -> Self::Flow;)*
        })*
    };
}
for_each_op! { define_ops }

/// `dispatch_op!(visitor, op, instr)`: a flat `match` that calls the visitor's method for each operation.
#[macro_export]
macro_rules! dispatch_op {
    ($visitor:expr, $op:expr, $instr:expr) => {
        $crate::for_each_op! { dispatch_op_arms ($visitor, $op, $instr) }
    };
}
/// Implementation of [`dispatch_op!`].
#[macro_export]
macro_rules! dispatch_op_arms {
    (($visitor:expr, $op:expr, $instr:expr) $($family:ident $trait:ident $about:literal { $($name:ident $method:ident ($a:ident, $b:ident, $c:ident) $payload:ident [$($eff:ident),*] $doc:literal;)* })*) => {
        match $op { $($($crate::ops::Op::$name => $visitor.$method($instr),)*)* }
    };
}

/// Registers that an instruction at `code[pc]` reads and writes; calls also read outgoing arguments.
/// `nregs` is the frame's register count.
pub fn for_each_register(code: &[u64], pc: usize, nregs: usize, mut visit: impl FnMut(usize, bool)) {
    let i = Instr(code[pc]);
    let Some(op) = i.op() else { return };
    for (kind, value) in op.operands().into_iter().zip([i.a(), i.b(), i.c()]) {
        match kind {
            Operand::Src => visit(value, false),
            // A `Receive` may be of no values.
            Operand::Dst if op != Op::Receive => visit(value, true),
            _ => {}
        }
    }
    let mut outgoing = |count: usize| (0..count).for_each(|k| visit(nregs + crate::frame::OUTGOING + k, false));
    match op {
        Op::Call | Op::CallConst | Op::Apply | Op::TailCall | Op::TailCallConst | Op::TailApply | Op::Throw | Op::ReturnMany => outgoing(i.a()),
        Op::Prim => outgoing(i.c()),
        Op::Receive => (0..i.b() + i.c()).for_each(|k| visit(i.a() + k, true)),
        _ => {}
    }
    match op.payload() {
        Payload::Registers => payload_registers(code, pc).for_each(|r| visit(r, false)),
        Payload::Return => visit(crate::frame::ReturnPoint(code[pc + 1]).dst(), true),
        _ => {}
    }
}

/// The registers in a [`Payload::Registers`].
pub fn payload_registers(code: &[u64], pc: usize) -> impl Iterator<Item = usize> + '_ {
    let count = code[pc + 1] as u16 as usize;
    (1..=count).map(move |k| (code[pc + 1 + k / 4] >> (16 * (k % 4))) as u16 as usize)
}

/// Words an instruction takes, payload included.
pub fn instruction_words(code: &[u64], pc: usize) -> usize {
    match Instr(code[pc]).op().map(Op::payload) {
        Some(Payload::Return | Payload::Const) => 2,
        Some(Payload::Registers) => 2 + (code[pc + 1] as u16 as usize) / 4,
        _ => 1,
    }
}

/// Target of a branch at `pc`, if the instruction has a label.
pub fn branch_target(code: &[u64], pc: usize) -> Option<usize> {
    let i = Instr(code[pc]);
    let op = i.op()?;
    let rel = match op.operands() {
        [_, Operand::Label32, _] => i.bx() as isize,
        [_, _, Operand::Label] => i.c_int() as isize,
        _ => return None,
    };
    usize::try_from(pc as isize + 1 + rel).ok()
}
