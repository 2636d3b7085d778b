//! What machine registers hold while a procedure is compiled: values of frame slots, and what is known
//! of them. A value that an instruction makes stays in a register; its slot is written when something
//! looks at the frame (a call, a slow path, a place that several paths lead to) and the value is still
//! live, so values that die young are never stored.
//!
//! An instruction asks for registers ([`Baseline::value`], [`Baseline::fresh`]), then for its slow path, then
//! defines its result. The slow path stores what the interpreter needs, and afterwards loads what the
//! registers are to hold.

use super::Baseline;
use crate::masm::{MacroAsm, Reg};
use std::mem::take;

/// A frame slot by number: registers, closure, resume and return slot, outgoing arguments.
pub(super) type Slot = u16;

/// What is known of a slot's value, whatever path was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fact {
    Pair,
    Fixnum,
    /// An object of this kind.
    Kind(u8),
    /// Nothing for sure, but a flonum is likely.
    LikelyFlonum,
}

/// The registers' contents at one place.
#[derive(Clone, Default)]
pub(super) struct Cache {
    held: [Option<Slot>; Reg::COUNT],
    /// Registers whose slot is not written yet, by bit.
    unsaved: u16,
    /// Slots whose value is a constant, not written yet.
    constants: Vec<(Slot, u64)>,
    facts: Vec<(Slot, Fact)>,
}

impl Cache {
    /// The register that holds `slot`.
    fn find(&self, slot: Slot) -> Option<Reg> {
        self.held.iter().position(|&h| h == Some(slot)).map(|i| Reg::ALL[i])
    }
    fn is_unsaved(&self, r: Reg) -> bool {
        self.unsaved & r.bit() != 0
    }
    fn constant(&self, slot: Slot) -> Option<u64> {
        self.constants.iter().find(|c| c.0 == slot).map(|c| c.1)
    }
    fn drop_reg(&mut self, r: Reg) {
        self.held[r as usize] = None;
        self.unsaved &= !r.bit();
    }
    /// The slot has, or will get, another value.
    fn forget(&mut self, slot: Slot) {
        if let Some(r) = self.find(slot) {
            self.drop_reg(r);
        }
        self.constants.retain(|c| c.0 != slot);
        self.facts.retain(|f| f.0 != slot);
    }
    pub(super) fn fact(&self, slot: Slot) -> Option<Fact> {
        self.facts.iter().find(|f| f.0 == slot).map(|f| f.1)
    }
    pub(super) fn learn(&mut self, slot: Slot, fact: Fact) {
        self.facts.retain(|f| f.0 != slot);
        self.facts.push((slot, fact));
    }
    /// Forgets what will not be read again.
    fn bury(&mut self, live: Live) {
        for r in Reg::ALL {
            if self.held[r as usize].is_some_and(|slot| !live.has(slot)) {
                self.drop_reg(r);
            }
        }
        self.constants.retain(|c| live.has(c.0));
        self.facts.retain(|f| live.has(f.0));
    }
    /// Nothing is in registers.
    pub(super) fn is_empty(&self) -> bool {
        self.held.iter().all(Option::is_none) && self.constants.is_empty()
    }
    fn registers(&self) -> impl Iterator<Item = (Reg, Slot)> + '_ {
        Reg::ALL.into_iter().filter_map(|r| self.held[r as usize].map(|slot| (r, slot)))
    }
    /// How many registers hold something.
    fn used(&self) -> usize {
        self.registers().count()
    }
}

/// The slots that are live somewhere; those past the 64th always are.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Live(pub(super) u64);

impl Live {
    pub(super) fn has(self, slot: Slot) -> bool {
        slot >= 64 || self.0 >> slot & 1 == 1
    }
    pub(super) fn set(&mut self, slot: usize) {
        self.0 |= if slot < 64 { 1 << slot } else { 0 };
    }
    pub(super) fn clear(&mut self, slot: usize) {
        self.0 &= if slot < 64 { !(1 << slot) } else { u64::MAX };
    }
}

/// Most live slots that a loop's header has in registers.
const HEADER_MAX: usize = 7;

impl<M: MacroAsm> Baseline<'_, M> {
    /// A register with the value of `slot`, to be read only; it keeps it until the instruction is done.
    pub(super) fn value(&mut self, slot: usize) -> Reg {
        let r = match self.cache.find(slot as Slot) {
            Some(r) => r,
            None => {
                let r = self.free_register();
                match self.cache.constant(slot as Slot) {
                    Some(word) => {
                        self.masm.load_word(r, word);
                        self.cache.constants.retain(|c| c.0 != slot as Slot);
                        self.cache.unsaved |= r.bit();
                    }
                    None => self.load_slot(r, slot),
                }
                self.cache.held[r as usize] = Some(slot as Slot);
                r
            }
        };
        self.pinned |= r.bit();
        r
    }
    /// `d :=` what is in the slot.
    pub(super) fn load_slot(&mut self, d: Reg, slot: usize) {
        if self.frameless && slot == usize::from(self.source.registers) {
            return self.masm.closure(d);
        }
        self.masm.load(d, self.slot(slot));
    }
    /// The register that has the value of `slot` already.
    pub(super) fn held(&self, slot: usize) -> Option<Reg> {
        self.cache.find(slot as Slot)
    }
    /// The constant that `slot` is known to hold.
    pub(super) fn constant_in(&self, slot: usize) -> Option<u64> {
        self.cache.constant(slot as Slot)
    }
    /// A register of the instruction's own.
    pub(super) fn fresh(&mut self) -> Reg {
        let r = self.free_register();
        self.pinned |= r.bit();
        r
    }
    /// This register for the instruction's own use; what it held goes to its slot.
    pub(super) fn claim(&mut self, r: Reg) {
        debug_assert!(self.pinned & r.bit() == 0);
        self.evict(r);
        self.pinned |= r.bit();
    }
    fn free_register(&mut self) -> Reg {
        debug_assert!(self.step.is_none(), "registers are asked for before the slow path");
        let unpinned = |r: &Reg| self.pinned & r.bit() == 0;
        let empty = Reg::ALL.into_iter().find(|r| unpinned(r) && self.cache.held[*r as usize].is_none());
        if let Some(r) = empty {
            return r;
        }
        let saved = Reg::ALL.into_iter().find(|r| unpinned(r) && !self.cache.is_unsaved(*r));
        let r = saved.or_else(|| Reg::ALL.into_iter().find(unpinned)).expect("an instruction needs fewer registers than there are");
        self.evict(r);
        r
    }
    fn evict(&mut self, r: Reg) {
        if let Some(slot) = self.cache.held[r as usize] {
            if self.cache.is_unsaved(r) {
                self.masm.store(self.slot(slot.into()), r);
            }
            self.cache.drop_reg(r);
        }
    }
    /// `slot` now has the value in `r`, a register of the instruction's own.
    pub(super) fn define(&mut self, slot: usize, r: Reg) {
        self.cache.forget(slot as Slot);
        if self.live_after.has(slot as Slot) {
            self.cache.held[r as usize] = Some(slot as Slot);
            self.cache.unsaved |= r.bit();
        }
    }
    /// `slot` gives its register up: its value is not read again.
    pub(super) fn cache_release(&mut self, slot: usize) {
        self.cache.forget(slot as Slot);
    }
    /// `slot` now has this value.
    pub(super) fn define_constant(&mut self, slot: usize, word: u64) {
        self.cache.forget(slot as Slot);
        if self.live_after.has(slot as Slot) {
            self.cache.constants.push((slot as Slot, word));
            if gambol_abi::value::is_fixnum(word) {
                self.cache.learn(slot as Slot, Fact::Fixnum);
            }
        }
    }
    /// Starts the instruction before which `live` is live.
    pub(super) fn start(&mut self, live: Live) {
        self.pinned = 0;
        self.cache.bury(live);
    }
    /// Stores what is live and not stored yet.
    pub(super) fn save(&mut self, live: Live) {
        let cache = take(&mut self.cache);
        self.save_from(&cache, live);
        self.cache = cache;
        let saved = self.cache.registers().filter(|(_, slot)| live.has(*slot)).fold(0, |bits, (r, _)| bits | r.bit());
        self.cache.unsaved &= !saved;
        self.cache.constants.retain(|c| !live.has(c.0));
    }
    /// Stores and forgets everything: the instruction uses registers as it likes.
    pub(super) fn spill(&mut self, live: Live) {
        self.save(live);
        self.cache.held = [None; Reg::COUNT];
        self.cache.unsaved = 0;
        self.cache.constants.clear();
    }
    /// The same without storing.
    pub(super) fn clear(&mut self) {
        self.cache = Cache::default();
    }
    /// Stores what is live and not stored yet in `cache`: what a slow path does before it leaves.
    pub(super) fn save_from(&mut self, cache: &Cache, live: Live) {
        for (r, slot) in cache.registers().filter(|&(r, slot)| cache.is_unsaved(r) && live.has(slot)) {
            self.masm.store(self.slot(slot.into()), r);
        }
        for &(slot, word) in cache.constants.iter().filter(|c| live.has(c.0)) {
            self.masm.store_word(self.slot(slot.into()), word);
        }
    }
    /// Loads the registers from the slots, as `cache` has them: the way in from the interpreter.
    pub(super) fn load_snapshot(&mut self, cache: &Cache) {
        for (r, slot) in cache.registers() {
            self.masm.load(r, self.slot(slot.into()));
        }
    }

    /// Turns the cache into what the header of a loop, before which `live` is live, starts with.
    pub(super) fn enter_loop(&mut self, live: Live) {
        self.start(live);
        // A fact holds the first time round; nothing says that it does again.
        self.cache.facts.clear();
        for (slot, word) in take(&mut self.cache.constants) {
            if self.cache.used() < HEADER_MAX {
                let r = self.free_register();
                self.masm.load_word(r, word);
                self.cache.held[r as usize] = Some(slot);
                self.cache.unsaved |= r.bit();
            } else {
                self.masm.store_word(self.slot(slot.into()), word);
            }
        }
        if live.0.count_ones() as usize <= HEADER_MAX {
            let registers = self.source.registers;
            for slot in (0..registers.min(64)).filter(|&slot| live.has(slot)) {
                self.value(slot.into());
            }
        }
        // What changes every time round is not stored every time.
        let written = self.flow.joins[self.pc].written;
        let changing = self.cache.registers().filter(|(_, slot)| *slot < 64 && written.has(*slot)).fold(0, |bits, (r, _)| bits | r.bit());
        self.cache.unsaved |= changing;
        self.pinned = 0;
    }

    /// Brings the registers from the cache at hand to `target`, the cache at a place before which `live`
    /// is live, to which a jump follows.
    pub(super) fn conform(&mut self, target: &Cache, live: Live) {
        let now = take(&mut self.cache);
        // Slots that `target` takes to be stored.
        let stored = |slot: Slot| target.find(slot).is_none_or(|r| !target.is_unsaved(r));
        for (r, slot) in now.registers() {
            if now.is_unsaved(r) && live.has(slot) && stored(slot) {
                self.masm.store(self.slot(slot.into()), r);
            }
        }
        for &(slot, word) in &now.constants {
            if live.has(slot) && stored(slot) {
                self.masm.store_word(self.slot(slot.into()), word);
            }
        }
        let moves = target.registers().filter_map(|(d, slot)| now.find(slot).filter(|&s| s != d).map(|s| (d, s))).collect();
        self.parallel_move(moves);
        for (d, slot) in target.registers().filter(|(_, slot)| now.find(*slot).is_none()) {
            match now.constant(slot) {
                Some(word) => self.masm.load_word(d, word),
                None => self.masm.load(d, self.slot(slot.into())),
            }
        }
    }
    /// Moves registers all at once; no two go to the same.
    fn parallel_move(&mut self, mut moves: Vec<(Reg, Reg)>) {
        while !moves.is_empty() {
            match moves.iter().position(|&(d, _)| moves.iter().all(|&(_, s)| s != d)) {
                Some(i) => {
                    let (d, s) = moves.swap_remove(i);
                    self.masm.copy(d, s);
                }
                None => {
                    // Only cycles are left: an exchange finishes one move.
                    let (d, s) = moves.swap_remove(0);
                    self.masm.exchange(d, s);
                    for (_, from) in &mut moves {
                        *from = if *from == d {
                            s
                        } else if *from == s {
                            d
                        } else {
                            *from
                        };
                    }
                    moves.retain(|(d, s)| d != s);
                }
            }
        }
    }
}
