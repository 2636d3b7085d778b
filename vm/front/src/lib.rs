//! The front end: from source text to bytecode, without ever touching a heap.
//!
//! * [`source`], [`diag`]: where things stand, and messages that show it
//! * [`datum`], [`number`], [`reader`], [`print`]: the external representation
//! * [`syntax`]: the hygienic expander, libraries and environments
//! * [`compiler`]: what the others come together in
//! * [`image`]: the built-in libraries, compiled ahead
//! * [`ir`], [`passes`]: core IR and the list of transformations over it
//! * [`emit`], [`code`]: bytecode, its verifier and disassembler

pub mod code;
pub mod compiler;
pub mod datum;
pub mod diag;
pub mod emit;
pub mod image;
pub mod ir;
pub mod number;
pub mod passes;
pub mod print;
pub mod reader;
pub mod source;
pub mod syntax;
