//! Conditions about names: what else the program may have meant.

use crate::condition::kinds;
use crate::cx::{Cx, H, Raise};

/// An unbound variable was used: suggests the nearest bound name and the library that exports it.
#[cold]
pub(crate) fn unbound<'s>(cx: &mut Cx<'s>, name: H<'s>) -> Raise {
    let text = cx.get(name).symbol_name().to_string();
    let vm = cx.p().vm.clone();
    // A program running inside the compiler's lock does not exist; a busy lock only costs the hint.
    let hint = vm.compiler.try_lock().and_then(|c| c.hint_for_unbound(&text));
    let message = match hint {
        Some(h) => format!("unbound variable ({h}):"),
        None => "unbound variable:".to_string(),
    };
    cx.fail_as("", kinds::ERROR | kinds::UNDEFINED, &message, &[name])
}
