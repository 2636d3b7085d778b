//! The scheduler's room. It will hold the processors' run queues, stealing, parking, timers, I/O
//! readiness, priorities and the protocol of futures, over fibers it knows nothing of.
//!
//! Nothing is here yet: programs run on one processor, in the driver loop of `vm`. What the
//! scheduler will need of the rest exists already: continuations that are resumed without copying,
//! a poll at every call and back edge, requests in the processor's context.
