//! Macros: a keyword's transformer and what is known of its definition.

use std::sync::Arc;

use super::rules::{Ident, Rules};
use super::scene::Scene;
use super::scope::{Frame, Root, Scope};
use super::stx::Stx;
use crate::diag::Diagnostic;

/// Turns a macro use into the form that takes its place.
///
/// `syntax-rules` is one implementation; a run-time system can provide others that run
/// Scheme procedures.
pub(crate) trait Transformer: Send + Sync {
    /// Expands `form`. Whatever the transformer adds gets the scope `intro`; what it takes
    /// from `form` keeps its scopes.
    fn transform<'a>(&self, scene: &mut Scene<'a, '_>, form: Stx<'a>, intro: Scope) -> Result<Stx<'a>, Diagnostic>;

    /// The rules, if this is `syntax-rules`: only those can be stored in a compiled library.
    fn as_rules(&self) -> Option<&Rules<Ident>> {
        None
    }
}

/// A macro.
#[derive(Clone)]
pub(crate) struct Macro {
    /// None while it waits in the library image.
    pub(crate) transformer: Option<Arc<dyn Transformer>>,
    /// The definition context it belongs to; uses in the same one need use-site scopes.
    pub(crate) frame: Frame,
    /// The library, program or environment whose expansion defined it.
    pub(crate) home: Root,
}
