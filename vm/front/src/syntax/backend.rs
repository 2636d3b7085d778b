//! From core IR to a compiled unit: passes and emitter, with a look at what lies between.

use crate::code::CompiledUnit;
use crate::diag::Diagnostic;
use crate::emit;
use crate::ir::Unit;
use crate::ir::print::print_unit;
use crate::passes::{self, Folder, Options, SmallFolder};
use crate::source::SourceMap;

/// Receives what `--dump` asks for: the name of the unit and pass, and the text.
pub type DumpSink = Box<dyn FnMut(&str, &str) + Send>;

/// Settings of everything after the expander.
pub(crate) struct Backend {
    pub(crate) optimize: bool,
    pub(crate) folder: Box<dyn Folder + Send>,
    /// `expand`, the name of a pass, or `bytecode`.
    pub(crate) dump: Option<(String, DumpSink)>,
}

impl Default for Backend {
    fn default() -> Backend {
        Backend { optimize: true, folder: Box::new(SmallFolder), dump: None }
    }
}

impl Backend {
    pub(crate) fn compile(&mut self, mut unit: Unit, sources: &SourceMap) -> Result<CompiledUnit, Diagnostic> {
        let mut dump = |stage: &str, text: &dyn Fn() -> String| {
            if let Some((wanted, sink)) = &mut self.dump
                && wanted == stage
            {
                sink(stage, &text());
            }
        };
        dump("expand", &|| print_unit(&unit));
        let options = Options { optimize: self.optimize, folder: &*self.folder };
        passes::run(&mut unit, &options, |pass, unit| dump(pass, &|| print_unit(unit)));
        let compiled = emit::emit(&unit)?;
        dump("bytecode", &|| emit::disassemble_unit(&compiled, Some(sources)));
        Ok(compiled)
    }
}
