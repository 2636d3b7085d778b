//! The seam between what code means and how an instruction set says it: semantic operations over
//! a few role registers. `isa` implements it, `baseline` is written once over it.
//!
//! Frame slots are byte offsets from the stack pointer. Operations that can fail jump to a label
//! and leave the frame as it was; registers may hold anything then.

macro_rules! registers {
    ($($name:ident)*) => {
        /// A register of the compiled code, saved by nobody. Values are returned in `A`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Reg { $($name),* }
        impl Reg {
            /// All of them; values go to the first ones first.
            pub(crate) const ALL: [Reg; Reg::COUNT] = [$(Reg::$name),*];
            /// How many there are.
            pub(crate) const COUNT: usize = [$(stringify!($name)),*].len();
            /// The register's bit in a set.
            pub(crate) const fn bit(self) -> u16 {
                1 << self as u16
            }
        }
    };
}
registers! { A B C D E F G H I }

/// Where in an object a value is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// At this offset.
    Field(i32),
    /// `index` (a fixnum) elements behind this offset.
    Element(Reg, i32),
}

/// Order of two words as signed numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cond {
    Equal,
    Less,
    LessEq,
    Greater,
    GreaterEq,
}

/// Arithmetic on flonums.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FloOp {
    Add,
    Sub,
    Mul,
    Div,
}

/// Division of fixnums.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DivOp {
    Quotient,
    Remainder,
    Modulo,
}

/// What an instruction set provides.
pub(crate) trait MacroAsm {
    /// A place in the code, to be bound once.
    type Label: Copy;

    /// An unbound label.
    fn label(&mut self) -> Self::Label;
    /// Binds a label here.
    fn bind(&mut self, l: Self::Label);
    /// Bytes so far.
    fn offset(&self) -> u32;
    /// The finished code.
    fn finish(self) -> Vec<u8>;

    /// `d := slot`.
    fn load(&mut self, d: Reg, slot: i32);
    /// `slot := s`.
    fn store(&mut self, slot: i32, s: Reg);
    /// `slot := w`.
    fn store_word(&mut self, slot: i32, w: u64);
    /// `d := w`.
    fn load_word(&mut self, d: Reg, w: u64);

    /// `d := s`; nothing if they are the same.
    fn copy(&mut self, d: Reg, s: Reg);
    /// Exchanges two registers.
    fn exchange(&mut self, a: Reg, b: Reg);
    /// `d :=` the context's word at `offset`.
    fn context(&mut self, d: Reg, offset: usize);
    /// The context's word at `offset := s`.
    fn set_context(&mut self, offset: usize, s: Reg);

    fn jump(&mut self, l: Self::Label);
    /// Jumps if `r = w` is `sense`.
    fn if_word(&mut self, r: Reg, w: u64, sense: bool, l: Self::Label);
    /// Jumps if `a` and `b` are the same word, or not.
    fn if_same(&mut self, a: Reg, b: Reg, sense: bool, l: Self::Label);
    /// Jumps if the low byte of `r` under `mask` equals `tag`, or not.
    fn if_tag(&mut self, r: Reg, mask: u8, tag: u8, sense: bool, l: Self::Label) {
        self.if_bits(r, mask.into(), tag.into(), sense, l);
    }
    /// Jumps if the low half of `r` under `mask` equals `value`, or not.
    fn if_bits(&mut self, r: Reg, mask: u32, value: u32, sense: bool, l: Self::Label);
    /// Jumps if bit `r`, below 64, of `set` is set, or not.
    fn if_in_set(&mut self, r: Reg, set: u64, sense: bool, l: Self::Label);
    /// Jumps if `r` is an object whose header has `kind` in its low byte and nothing in `flags`, or not.
    fn if_kind(&mut self, r: Reg, kind: u8, flags: u16, sense: bool, l: Self::Label);
    /// Jumps if signed `a cond b`, or not.
    fn if_order(&mut self, a: Reg, b: Reg, cond: Cond, sense: bool, l: Self::Label);
    /// Jumps if signed `a cond imm`, or not.
    fn if_order_imm(&mut self, a: Reg, imm: i32, cond: Cond, sense: bool, l: Self::Label);

    /// Both are fixnums, else `fail`.
    fn need_fixnums(&mut self, a: Reg, b: Reg, fail: Self::Label);
    /// A fixnum, else `fail`.
    fn need_fixnum(&mut self, a: Reg, fail: Self::Label);
    /// `a` is a pair, else `fail`.
    fn need_pair(&mut self, a: Reg, fail: Self::Label);
    /// Both are self-tagged flonums, else `fail`.
    fn need_flonums(&mut self, a: Reg, b: Reg, fail: Self::Label);
    /// `d := a + b` on fixnums; `fail` on overflow. Here and below `d` is none of the operands.
    fn add(&mut self, d: Reg, a: Reg, b: Reg, fail: Self::Label);
    /// `d := a - b` on fixnums.
    fn sub(&mut self, d: Reg, a: Reg, b: Reg, fail: Self::Label);
    /// `d := a * b` on fixnums.
    fn mul(&mut self, d: Reg, a: Reg, b: Reg, fail: Self::Label);
    /// `A := A op B` on fixnums, spoils `C`; `fail` for a zero divisor and for overflow.
    fn div(&mut self, op: DivOp, fail: Self::Label);
    /// `d := a + imm`, a word; `fail` on overflow.
    fn add_imm(&mut self, d: Reg, a: Reg, imm: i32, fail: Self::Label);
    /// `d := a op b` on self-tagged flonums; `fail` when the result is not self-tagged. `d` may be an
    /// operand, which a failure then spoils.
    fn flo(&mut self, op: FloOp, d: Reg, a: Reg, b: Reg, fail: Self::Label);
    /// Jumps if `a cond b` on self-tagged flonums is `sense`; nothing holds of a NaN.
    fn if_flo(&mut self, a: Reg, b: Reg, cond: Cond, sense: bool, l: Self::Label);

    /// The same with a number.
    fn if_flo_number(&mut self, a: Reg, b: f64, cond: Cond, sense: bool, l: Self::Label);
    /// `A :=` flonum of the fixnum in `A`.
    fn float(&mut self, fail: Self::Label);
    /// `A :=` square root of the self-tagged flonum in `A`; `fail` when it is not self-tagged.
    fn sqrt(&mut self, fail: Self::Label);
    /// `r ^= imm`.
    fn flip(&mut self, r: Reg, imm: i32);

    /// `d := base + offset`.
    fn address(&mut self, d: Reg, base: Reg, offset: i32);
    /// `d := [base + offset]`.
    fn field(&mut self, d: Reg, base: Reg, offset: i32);
    /// `[base + offset] := s`.
    fn set_field(&mut self, base: Reg, offset: i32, s: Reg);
    /// `index` is a fixnum below the word at `base + offset`, else `fail`.
    fn need_index(&mut self, base: Reg, offset: i32, index: Reg, fail: Self::Label);
    /// The word at `base + offset` is above the fixnum word `index`, else `fail`.
    fn need_length(&mut self, base: Reg, offset: i32, index: u64, fail: Self::Label);
    /// `d := [base + index + offset]`; a fixnum index is eight times the element's number.
    fn element(&mut self, d: Reg, base: Reg, index: Reg, offset: i32);
    /// `[base + index + offset] := s`.
    fn set_element(&mut self, base: Reg, index: Reg, offset: i32, s: Reg);
    /// `d :=` the byte at `base + offset`, fixnum `index` elements on, zero-extended.
    fn load_byte(&mut self, d: Reg, base: Reg, index: Reg, offset: i32);
    /// Stores the low byte of `s` there.
    fn store_byte(&mut self, base: Reg, index: Reg, offset: i32, s: Reg);
    /// `r <<= by`.
    fn shift_left(&mut self, r: Reg, by: u8);
    /// `r >>= by`, unsigned.
    fn shift_right(&mut self, r: Reg, by: u8);
    /// `r += imm`, without a check.
    fn offset_by(&mut self, r: Reg, imm: i32);
    /// `a` is unsigned below the constant, else `fail`.
    fn need_below(&mut self, a: Reg, bound: u64, fail: Self::Label);

    /// Goes to `slow` when the store barrier must look at a store of `value`.
    fn barrier(&mut self, value: Reg, slow: Self::Label);
    /// What is behind that label: does what the barrier must do before `value` is stored into `to` of
    /// `object`, then goes to `store`. Keeps all registers.
    fn barrier_slow(&mut self, object: Reg, to: Place, value: Reg, store: Self::Label);
    /// `d :=` address of `bytes` fresh bytes; `fail` when the nursery has none.
    fn allocate(&mut self, d: Reg, bytes: u32, fail: Self::Label);

    /// The procedure's entry: checks the stack for `extent` bytes, makes a frame of `frame` bytes,
    /// stores the closure. Keeps all registers. The stack check that fails goes to `fail`.
    fn enter(&mut self, extent: u32, frame: u32, fail: Self::Label);
    /// At the procedure's entry: jumps if it was called with `count` arguments.
    fn if_count(&mut self, count: u32, l: Self::Label);
    /// Takes the failing stack check of the entry to the runtime, at instruction `pc`; `interpret`: the
    /// interpreter goes on there.
    fn enter_slow(&mut self, frame: u32, pc: u32, interpret: bool);
    /// Makes a frame without a check: the stack's reserve has room. Keeps all registers.
    fn push_frame(&mut self, frame: u32);
    /// Takes the frame off again; what is in it stays where it is.
    fn pop_frame(&mut self, frame: u32);
    /// `d :=` the running procedure, before there is a frame.
    fn closure(&mut self, d: Reg);
    /// Checks for requests; `fail` if there are any.
    fn poll(&mut self, fail: Self::Label);
    /// Calls the procedure in `A` with `count` outgoing arguments: `fail` if it has no machine
    /// code for that count. `resume` goes to the frame's resume slot.
    fn call(&mut self, count: u32, resume: u32, fail: Self::Label);
    /// Calls the running procedure, whose entry is at `entry` in this code.
    fn call_near(&mut self, entry: Self::Label, resume: u32);
    /// The check of [`call`](MacroAsm::call) for a tail call, before the frame is changed; leaves
    /// the procedure in `A` and the count in `B`, to stay there until [`tail_call`](MacroAsm::tail_call).
    fn tail_check(&mut self, count: u32, fail: Self::Label);
    /// Leaves a trace of a tail call.
    fn note_tail_call(&mut self);
    /// Gives the frame up and goes to the procedure in `A`.
    fn tail_call(&mut self, frame: u32);
    /// The same for the running procedure, whose entry is at `entry`.
    fn tail_call_near(&mut self, entry: Self::Label, frame: u32);
    /// Returns `A`.
    fn ret(&mut self, frame: u32);
    /// Has the interpreter run the instruction at `address` for a frame of `frame` bytes; goes on wherever
    /// that leads, at `next` if that is to the next instruction.
    fn step(&mut self, address: u64, frame: u32, next: Self::Label);
    /// `A :=` the continuation of the running frame. `pc` is the instruction.
    fn capture(&mut self, frame: u32, pc: u32);
    /// Returns the value in `B` to the continuation in `A`, if it is one; else the interpreter runs the
    /// instruction at `address`.
    fn throw(&mut self, address: u64, frame: u32);
    /// Applies primitive `prim` to `count` words, the first in `slot` and the others below; the
    /// result is in `A`. `pc` is the instruction, for when the primitive raises.
    fn primitive(&mut self, prim: u16, slot: i32, count: u32, pc: u32);
}
