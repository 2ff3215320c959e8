//! What other crates bring, each behind a feature of its name.

#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "tracing")]
pub mod tracing;
#[cfg(feature = "tree")]
mod tree;
