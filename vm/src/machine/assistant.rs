//! What an editor of lines is told about the language and about what the user has defined.

use super::Machine;
use crate::vm::Vm;
use gambol_front::compiler::EnvId;
use gambol_front::reader::typing;
use std::sync::Arc;

/// Answers an editor's questions about text that is being typed. Positions are byte offsets.
pub struct Assistant {
    vm: Arc<Vm>,
    environment: EnvId,
}

impl Machine {
    /// Who knows what an editor of lines has to know of this machine.
    pub fn assistant(&self) -> Assistant {
        Assistant { vm: self.p.vm.clone(), environment: self.environment }
    }
}

impl Assistant {
    /// Whether more has to follow before the text can be evaluated.
    pub fn is_unfinished(text: &str) -> bool {
        typing::is_unfinished(text)
    }
    /// How many spaces a line after `text` starts with, when the text's first line starts in
    /// column `first`. None where they would become part of a string.
    pub fn indentation(text: &str, first: usize) -> Option<usize> {
        typing::indentation(text, first)
    }
    /// The parenthesis that belongs to the closing one before `at`, or to the one at `at`.
    pub fn partner(text: &str, at: usize) -> Option<usize> {
        typing::partner(text, at)
    }
    /// Where the identifier before `at` starts, and in order the names of the interactive
    /// environment that it may become.
    pub fn completions(&self, text: &str, at: usize) -> (usize, Vec<String>) {
        let Some(start) = typing::word_before(text, at) else { return (at, Vec::new()) };
        let names = self.vm.compiler.lock().completions(self.environment, &text[start..at]);
        (start, names.iter().map(|name| name.to_string()).collect())
    }
}
