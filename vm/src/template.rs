//! Templates: what all closures of one `lambda` share. They live off the heap at fixed addresses,
//! so a closure's first word, a frame and a code address can name them without the collector
//! moving anything; the collector traces them from closures and frames and frees dead ones at
//! a cycle's end.

use crate::tier::space::Place;
use gambol_abi::frame::{Arity, FRAME_SLOTS};
use gambol_abi::ops::{Instr, Op};
use gambol_abi::prims::PrimId;
use gambol_abi::template as abi;
use gambol_front::code::LiveMap;
use gambol_front::source::Span;
use gambol_jit::Blob;
use std::mem::offset_of;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// One procedure's code and what describes its frames. The first words are what a call reads.
#[repr(C, align(16))]
pub(crate) struct Template {
    /// What a call in the interpreter goes to: the first instruction, or what stands in front.
    entry: AtomicPtr<u64>,
    /// The entry of its machine code.
    machine: AtomicU64,
    /// The argument counts that its machine code takes from machine code; see `abi::template`.
    machine_counts: AtomicU64,
    /// [`Arity::code`].
    pub(crate) arity_code: u32,
    /// Registers of a frame.
    pub(crate) registers: u16,
    /// Captured values of a closure.
    pub(crate) captured: u16,
    /// Bytes from a frame's base to below its greatest outgoing area.
    pub(crate) extent: u32,
    /// Most outgoing arguments.
    pub(crate) outgoing: u16,
    /// Reached in the cycle under way.
    mark: AtomicBool,
    /// Accepted argument counts.
    pub(crate) arity: Arity,
    /// For primitives as procedures.
    pub(crate) prim: Option<PrimId>,
    /// For messages.
    pub(crate) name: Option<Arc<str>>,
    /// Constants, then code.
    block: Box<[u64]>,
    constants: usize,
    /// Templates its constants name: they live as long as it does.
    pub(crate) children: Vec<*const Template>,
    maps: Vec<LiveMap>,
    safepoints: Vec<(u32, u32)>,
    spans: Vec<(u32, Span)>,
    names: Vec<(u32, PrimId)>,
    /// Place of the whole procedure.
    pub(crate) span: Span,
    /// Calls seen while it had no machine code.
    calls: AtomicU32,
    /// Machine code has been tried.
    claimed: AtomicBool,
    installed: OnceLock<Installed>,
    /// Where code starts: at the first instruction, or at each clause.
    entries: Vec<Entry>,
}

/// Where code starts: only the parameters are live there.
struct Entry {
    index: usize,
    parameters: usize,
    map: LiveMap,
}

impl Entry {
    fn new(index: usize, parameters: usize) -> Entry {
        let map = (0..parameters.div_ceil(64)).map(|k| u64::MAX >> (64 - (parameters - 64 * k).min(64))).collect();
        Entry { index, parameters, map }
    }
}

const _: () = {
    assert!(offset_of!(Template, machine) == abi::MACHINE);
    assert!(offset_of!(Template, machine_counts) == abi::MACHINE_COUNTS);
};

/// The machine code of a template.
pub(crate) struct Installed {
    place: Place,
    entry: u32,
    map: Box<[u32]>,
}

impl Installed {
    pub(crate) fn new(place: Place, blob: Blob) -> Installed {
        Installed { place, entry: blob.entry, map: blob.map.into() }
    }
    /// Where code goes on at word `index` of the bytecode, if anywhere.
    pub(crate) fn point(&self, index: usize) -> Option<u64> {
        self.map.get(index).filter(|&&at| at != Blob::NONE).map(|&at| self.place.start() + u64::from(at))
    }
}

/// Where a count of arguments enters a template.
pub(crate) struct Clause {
    pub(crate) entry: *const u64,
    /// Arguments that stay as they are.
    pub(crate) fixed: usize,
    /// Whether the others are gathered into a list behind them.
    pub(crate) rest: bool,
}

/// What is needed to make a template, constants already being words.
pub(crate) struct Parts<'a> {
    pub(crate) data: &'a gambol_front::code::TemplateData,
    pub(crate) constants: Vec<u64>,
    pub(crate) children: Vec<*const Template>,
    pub(crate) prim: Option<PrimId>,
    /// An instruction that calls go to instead of the first one.
    pub(crate) first: Option<*const u64>,
}

impl Template {
    /// Builds a template; it must stay at its address while anything refers to it.
    pub(crate) fn new(parts: Parts<'_>) -> Box<Template> {
        let Parts { data, constants, children, prim, first } = parts;
        let count = constants.len();
        let mut block = constants;
        block.extend_from_slice(&data.code);
        let block = block.into_boxed_slice();
        let frame = data.registers as u32 + FRAME_SLOTS as u32;
        let mut template = Box::new(Template {
            entry: AtomicPtr::new(first.unwrap_or(block[count..].as_ptr()).cast_mut()),
            machine: AtomicU64::new(0),
            machine_counts: AtomicU64::new(0),
            arity_code: data.arity.code(),
            registers: data.registers,
            captured: data.captured,
            extent: 8 * (frame + 1 + data.outgoing as u32),
            outgoing: data.outgoing,
            mark: AtomicBool::new(false),
            arity: data.arity,
            prim,
            name: data.name.clone(),
            block,
            constants: count,
            children,
            maps: data.maps.clone(),
            safepoints: data.safepoints.clone(),
            spans: data.spans.clone(),
            names: data.names.clone(),
            span: data.span,
            calls: AtomicU32::new(0),
            claimed: AtomicBool::new(false),
            installed: OnceLock::new(),
            entries: Vec::new(),
        });
        template.entries = match data.arity {
            Arity::Exactly(n) => vec![Entry::new(0, n as usize)],
            Arity::AtLeast(n) => vec![Entry::new(0, n as usize + 1)],
            Arity::Any => template.clauses().map(|c| Entry::new(template.index_of(c.entry), c.fixed + usize::from(c.rest))).collect(),
        };
        template
    }
    /// How many parameters the clause has that starts at instruction `index`.
    pub(crate) fn parameters_at(&self, index: usize) -> Option<usize> {
        self.entries.iter().find(|e| e.index == index).map(|e| e.parameters)
    }
    /// What a call goes to.
    #[inline(always)]
    pub(crate) fn entry(&self) -> *const u64 {
        self.entry.load(Ordering::Relaxed)
    }
    /// Counts a call; how many there have been.
    pub(crate) fn count_call(&self) -> u32 {
        self.calls.fetch_add(1, Ordering::Relaxed) + 1
    }
    /// Whether the caller is the first who wants to make machine code.
    pub(crate) fn claim(&self) -> bool {
        !self.claimed.swap(true, Ordering::Relaxed)
    }
    /// Its machine code.
    #[inline(always)]
    pub(crate) fn installed(&self) -> Option<&Installed> {
        self.installed.get()
    }
    /// Gives it machine code, to which `front` leads from the interpreter.
    pub(crate) fn install(&self, code: Installed, front: *const u64) {
        let entry = code.place.start() + u64::from(code.entry);
        if self.installed.set(code).is_err() {
            return;
        }
        self.machine.store(entry, Ordering::Relaxed);
        let exact = self.counts().into_iter().filter(|&(n, rest)| !rest && n <= abi::COUNT_MAX as usize);
        // Pairs with the address dependency in machine code: who sees the count sees the entry.
        self.machine_counts.store(exact.fold(0, |mask, (n, _)| mask | 1 << n), Ordering::Release);
        if self.arity != Arity::Any {
            self.entry.store(front.cast_mut(), Ordering::Release);
        }
    }
    /// It will have no machine code: calls go straight to its first instruction.
    pub(crate) fn interpret_for_good(&self) {
        self.entry.store(self.code().as_ptr().cast_mut(), Ordering::Relaxed);
    }

    /// Sets constant `k`, and notes `child` as kept alive by this template.
    ///
    /// # Safety
    /// `t` is not in use yet: the caller made it and nothing runs its code.
    pub(crate) unsafe fn patch(t: *const Template, k: usize, word: u64, child: *const Template) {
        // SAFETY: the caller is the only user.
        unsafe {
            let t = &mut *t.cast_mut();
            t.block[k] = word;
            if !t.children.contains(&child) {
                t.children.push(child);
            }
        }
    }
    /// The constants, as slots the collector may visit.
    pub(crate) fn constants(&self) -> &[u64] {
        &self.block[..self.constants]
    }
    /// The code.
    pub(crate) fn code(&self) -> &[u64] {
        &self.block[self.constants..]
    }
    /// Index of the instruction at `pc`.
    pub(crate) fn index_of(&self, pc: *const u64) -> usize {
        let first = self.code().as_ptr();
        debug_assert!(pc >= first);
        (pc as usize - first as usize) / 8
    }
    /// The argument counts it accepts: of each clause the parameters of its own, and whether it
    /// takes more than those.
    pub(crate) fn counts(&self) -> Vec<(usize, bool)> {
        match (self.prim, self.arity) {
            (Some(prim), _) => {
                let info = prim.info();
                let least = info.required.len();
                let most = least + info.optional.len();
                (least..=most).map(|n| (n, n == most && info.rest.is_some())).collect()
            }
            (None, Arity::Exactly(n)) => vec![(n as usize, false)],
            (None, Arity::AtLeast(n)) => vec![(n as usize, true)],
            (None, Arity::Any) => self.clauses().map(|c| (c.fixed, c.rest)).collect(),
        }
    }
    /// The clauses of a `case-lambda`, whose code starts with a chain of `EntryCase`.
    pub(crate) fn clauses(&self) -> impl Iterator<Item = Clause> {
        let code = self.code();
        let mut pc = 0;
        std::iter::from_fn(move || {
            // The way past a long clause ends in a jump.
            while Instr(code[pc]).op() == Some(Op::Jump) {
                pc = (pc as isize + 1 + Instr(code[pc]).bx() as isize) as usize;
            }
            let i = Instr(code[pc]);
            if i.op() != Some(Op::EntryCase) {
                return None;
            }
            let entry = code[pc + 1..].as_ptr();
            pc = (pc as isize + 1 + i.c_int() as isize) as usize;
            Some(Clause { entry, fixed: i.a(), rest: i.b() == 1 })
        })
    }
    /// Index of the instruction at `address`, if it is one of this code.
    pub(crate) fn position_of(&self, address: u64) -> Option<usize> {
        let code = self.code();
        let offset = (address as usize).wrapping_sub(code.as_ptr() as usize);
        (offset < size_of_val(code)).then_some(offset / 8)
    }
    /// Live map by number.
    pub(crate) fn map(&self, index: usize) -> &[u64] {
        &self.maps[index]
    }
    /// Live map of the safepoint at instruction `index`.
    pub(crate) fn map_at(&self, index: usize) -> Option<&[u64]> {
        match self.safepoints.binary_search_by_key(&(index as u32), |s| s.0) {
            Ok(k) => Some(&self.maps[self.safepoints[k].1 as usize]),
            Err(_) => self.entries.iter().find(|e| e.index == index).map(|e| &*e.map),
        }
    }
    /// Place of the instruction at `index` or of the nearest one before it that has a place.
    pub(crate) fn span_at(&self, index: usize) -> Span {
        match self.spans.partition_point(|s| s.0 as usize <= index) {
            0 => self.span,
            k => self.spans[k - 1].1,
        }
    }
    /// What the program called at instruction `index`, if the instruction is not named after it.
    pub(crate) fn name_at(&self, index: usize) -> Option<&'static str> {
        let found = self.names.binary_search_by_key(&(index as u32), |n| n.0).ok()?;
        Some(self.names[found].1.info().name)
    }
    /// Sets the mark; true the first time in a cycle.
    pub(crate) fn mark(&self) -> bool {
        !self.mark.swap(true, Ordering::Relaxed)
    }
    /// Clears the mark at the end of a cycle; whether it was set.
    pub(crate) fn take_mark(&self) -> bool {
        self.mark.swap(false, Ordering::Relaxed)
    }
}
