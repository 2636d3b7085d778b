//! A virtual machine: what its processors share. Several live side by side in one process.

use crate::machine::Loading;
use crate::model::Model;
use crate::symbols::Symbols;
use crate::template::Template;
use crate::tier::Jit;
use gambol_abi::options::Options;
use gambol_abi::prims::PRIMS;
use gambol_abi::value::Word;
use gambol_front::compiler::Compiler;
use gambol_front::ir::GlobalKey;
use gambol_gc::Visitor;
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// State shared by all processors.
pub(crate) struct Vm {
    pub(crate) heap: Arc<gambol_gc::Heap<Model>>,
    pub(crate) options: Options,
    pub(crate) symbols: Symbols,
    /// Cells of top-level variables that have a name beyond their unit. Cells are born shared.
    cells: Mutex<FxHashMap<GlobalKey, Word>>,
    /// Procedures of primitives, made when first asked for: templates and closures are permanent.
    prims: Vec<AtomicU64>,
    /// Every template; those not reached in a cycle are freed at its end.
    templates: Mutex<Templates>,
    /// Machine code.
    pub(crate) jit: Jit,
    /// The front end, entered by one processor at a time.
    pub(crate) compiler: Mutex<Compiler>,
    /// Files being loaded.
    pub(crate) loads: Mutex<Loads>,
    /// Libraries whose body has been run or is being run, by printed name.
    pub(crate) loaded: Mutex<FxHashSet<Arc<str>>>,
    /// Words that live as long as the VM.
    permanent: Mutex<Vec<Word>>,
    /// Number of the environment that the REPL and programs without imports use.
    pub(crate) interactive: AtomicU32,
    /// The program's name and the words after it.
    pub(crate) arguments: Vec<String>,
    /// Directories searched for libraries, in order.
    pub(crate) path: Vec<String>,
}

/// Files being loaded, by number.
#[derive(Default)]
pub(crate) struct Loads {
    pub(crate) next: i64,
    pub(crate) open: FxHashMap<i64, Loading>,
}

#[derive(Default)]
struct Templates {
    #[expect(clippy::vec_box, reason = "objects and frames hold templates' addresses")]
    all: Vec<Box<Template>>,
    permanent: Vec<*const Template>,
}
// SAFETY: templates are immutable but for their mark, which is atomic; the raw pointers only name them.
unsafe impl Send for Templates {}

impl Vm {
    pub(crate) fn new(heap: Arc<gambol_gc::Heap<Model>>, options: Options, compiler: Compiler, arguments: Vec<String>, path: Vec<String>) -> Vm {
        Vm {
            heap,
            jit: Jit::new(&options),
            options,
            symbols: Symbols::new(),
            cells: Mutex::default(),
            prims: PRIMS.iter().map(|_| AtomicU64::new(0)).collect(),
            templates: Mutex::default(),
            compiler: Mutex::new(compiler),
            loads: Mutex::default(),
            loaded: Mutex::default(),
            permanent: Mutex::default(),
            interactive: AtomicU32::new(0),
            arguments,
            path,
        }
    }
    /// The cell of `key`, if it exists.
    pub(crate) fn cell(&self, key: &GlobalKey) -> Option<Word> {
        self.cells.lock().get(key).copied()
    }
    /// Remembers a fresh cell unless another one was first; returns the one that counts.
    pub(crate) fn add_cell(&self, key: GlobalKey, cell: Word) -> Word {
        *self.cells.lock().entry(key).or_insert(cell)
    }
    pub(crate) fn prim_procedure(&self, i: usize) -> &AtomicU64 {
        &self.prims[i]
    }
    /// Takes a template over; it stays at its address.
    pub(crate) fn add_template(&self, t: Box<Template>, permanent: bool) -> *const Template {
        let p: *const Template = &*t;
        let mut templates = self.templates.lock();
        templates.all.push(t);
        if permanent {
            templates.permanent.push(p);
        }
        p
    }
    /// What `look` finds out about the template with code at `address` and the index of that
    /// instruction there. Slow: for messages.
    pub(crate) fn with_code_at<R>(&self, address: u64, look: impl FnOnce(&Template, usize) -> R) -> Option<R> {
        let templates = self.templates.lock();
        let (template, index) = templates.all.iter().find_map(|t| Some((t, t.position_of(address)?)))?;
        Some(look(template, index))
    }
    /// Keeps the object of `w` (which must be shared) for good.
    pub(crate) fn keep(&self, w: Word) {
        self.permanent.lock().push(w);
    }
    pub(crate) fn permanent_templates(&self) -> Vec<&Template> {
        // SAFETY: permanent templates are never freed before the VM is.
        self.templates.lock().permanent.iter().map(|&t| unsafe { &*t }).collect()
    }
    /// Visits the VM's own roots. Cells, primitives and permanent words are shared objects, which a
    /// minor collection need not visit.
    pub(crate) fn trace<V: Visitor>(&self, v: &mut V) {
        if v.phase() == gambol_gc::Phase::Minor {
            return;
        }
        // SAFETY: the VM's tables hold live shared objects.
        let mut show = |w: &mut Word| unsafe { v.slot(w) };
        self.cells.lock().values_mut().for_each(&mut show);
        self.permanent.lock().iter_mut().for_each(&mut show);
        for p in &self.prims {
            let mut w = p.load(Ordering::Acquire);
            if w != 0 {
                show(&mut w);
            }
        }
    }
    /// Drops what only weak tables held, when marking is complete and before sweeping.
    pub(crate) fn after_mark(&self, fate: &gambol_gc::Fate<Model>) {
        // SAFETY: the table held live symbols when the cycle began.
        self.symbols.keep(&|w| unsafe { fate.of(w) }.is_some());
        self.templates.lock().all.retain(|t| t.take_mark());
    }
    /// Counters for `--stats`.
    pub(crate) fn counts(&self) -> Vec<(&'static str, u64)> {
        let mut out = vec![("symbols", self.symbols.len() as u64), ("templates", self.templates.lock().all.len() as u64), ("variables", self.cells.lock().len() as u64)];
        out.extend(self.jit.counts.rows());
        out
    }
}
