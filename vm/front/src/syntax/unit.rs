//! A unit under construction: its variables and what has been found out about them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::binding::GlobalRef;
use super::state::State;
use crate::ir::{Expr, GlobalId, GlobalInfo, GlobalKey, Unit, UnitKind, VarId, VarInfo};

/// Variables of the unit being expanded.
pub(crate) struct UnitBuilder {
    pub(crate) kind: UnitKind,
    /// Its number, which its definitions carry.
    pub(crate) number: u32,
    vars: Vec<VarInfo>,
    /// Locals that some expression has mentioned so far.
    mentioned: Vec<bool>,
    globals: Vec<(GlobalRef, bool)>,
    ids: FxHashMap<GlobalRef, GlobalId>,
    pub(crate) record_types: u32,
    /// Names made up so far for definitions that macros keep to themselves.
    pub(crate) private_names: u32,
}

impl UnitBuilder {
    pub(crate) fn new(kind: UnitKind, number: u32) -> UnitBuilder {
        UnitBuilder { kind, number, vars: Vec::new(), mentioned: Vec::new(), globals: Vec::new(), ids: FxHashMap::default(), record_types: 0, private_names: 0 }
    }

    pub(crate) fn fresh(&mut self, name: Arc<str>) -> VarId {
        self.vars.push(VarInfo { name, assigned: false });
        self.mentioned.push(false);
        VarId((self.vars.len() - 1) as u32)
    }

    pub(crate) fn name(&self, var: VarId) -> &Arc<str> {
        &self.vars[var.0 as usize].name
    }

    pub(crate) fn mention(&mut self, var: VarId) {
        self.mentioned[var.0 as usize] = true;
    }

    pub(crate) fn mentioned(&self, var: VarId) -> bool {
        self.mentioned[var.0 as usize]
    }

    pub(crate) fn assign(&mut self, var: VarId) {
        self.vars[var.0 as usize].assigned = true;
    }

    /// The unit's number for a top-level variable.
    pub(crate) fn global(&mut self, global: GlobalRef) -> GlobalId {
        *self.ids.entry(global).or_insert_with(|| {
            self.globals.push((global, false));
            GlobalId((self.globals.len() - 1) as u32)
        })
    }

    pub(crate) fn assign_global(&mut self, global: GlobalRef) {
        let id = self.global(global);
        self.globals[id.0 as usize].1 = true;
    }

    /// The unit around `body`. In closed units, what is defined and never assigned becomes
    /// constant, here and for importers.
    pub(crate) fn finish(self, state: &mut State, body: Expr) -> Unit {
        let closed = !matches!(self.kind, UnitKind::Interactive(_));
        let mut infos = Vec::with_capacity(self.globals.len());
        for (global, assigned) in self.globals {
            let entry = &mut state.globals[global.0 as usize];
            let defined_here = entry.owner == self.number;
            if defined_here && closed && !matches!(entry.key, GlobalKey::Interactive(..)) {
                // A macro for others may have declared it assignable already.
                entry.constant &= !assigned;
            }
            infos.push(GlobalInfo { key: entry.key.clone(), defined_here, assigned, constant: entry.constant });
        }
        Unit { kind: self.kind, vars: self.vars, globals: infos, labels: 0, body }
    }
}
