//! The collector's protocol, as a model that is checked exhaustively.
//!
//! Marking on the fly lets every processor run between any two steps of every other one. No test of the real collector
//! meets all those orders; this model does, for a small world: two processors with one or two registers, a few
//! objects with one slot each, one marker, one weak pair, one guarded object. Memory is sequentially consistent: the
//! collector's fences are argued where they stand.
//!
//! * `state` — the world between two steps; `variant` — which protocol, within which bounds;
//! * `barrier`, `minor`, `coordinator`, `program` — the steps;
//! * `canon` — symmetry; `check` — properties and runs;
//! * `safe` — the protocol of the collector holds; `refuted` — each of its neighbours, with one decision changed, does not.
//!
//! With `GAMBOL_MODEL=full` in the environment the tests of `safe` search larger worlds, for minutes instead of seconds
//! (in a release build; about 1 GiB of memory);
//! with `GAMBOL_MODEL_PATHS` set those of `refuted` print their counter-examples. Each search prints one line under
//! `--nocapture`. Bounds, results and what they changed in the design: ADR 5.

mod barrier;
mod canon;
mod check;
mod coordinator;
mod minor;
mod program;
mod refuted;
mod safe;
mod state;
mod variant;
