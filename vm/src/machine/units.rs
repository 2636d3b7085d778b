//! Units by hand: for tools that look at bytecode, or change it, before it runs.

use super::{Machine, Outcome};
use gambol_front::code::CompiledUnit;
use gambol_front::compiler::Compiled;
use gambol_front::emit::{VerifyError, verify_unit};

impl Machine {
    /// Compiles a program (one that starts with `(import ...)`) and runs the libraries it imports, but
    /// not the program itself. `name` is for messages.
    pub fn compile(&mut self, name: &str, bytes: &[u8]) -> Result<CompiledUnit, Outcome> {
        let source = self.p.vm.compiler.lock().add_source(name, bytes);
        let source = source.map_err(|d| Outcome::Failed(self.explain(&[d])))?;
        let compiled = self.p.vm.compiler.lock().compile_program(source);
        let Compiled { libraries, unit } = compiled.map_err(|d| self.refused(&d))?;
        for library in libraries {
            self.run_library(&library)?;
        }
        unit.ok_or(Outcome::Done)
    }

    /// Runs a unit, whoever made it, unless the verifier refuses it.
    pub fn run_if_verified(&mut self, unit: &CompiledUnit) -> Result<Outcome, VerifyError> {
        verify_unit(unit)?;
        Ok(self.run_unit(unit).map_or_else(|outcome| outcome, |_| Outcome::Done))
    }
}
