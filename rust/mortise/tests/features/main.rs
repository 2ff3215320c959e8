//! What the features bring, against a host that is made here.

// The host's side of the C ABI is unsafe throughout.
#![allow(clippy::undocumented_unsafe_blocks, missing_docs)]

mod host;
mod log;
mod serde;
#[path = "../shared/host.rs"]
mod shared;
mod tracing;

mortise::plugin!(name = "features");
mortise::require!(log, 1, 0);
