//! Runs plugins that were built for PgDog with the published crate `pgdog-plugin` 0.1.2 to 0.1.8.
//!
//! Their interface hands over Rust's own types: a tree of `pg_query`, a `Vec` of parameters. Their layout is the
//! compiler's decision, so only Rust of the same compiler and the same `pg_query` can make them. This library is
//! that: C functions for the host on one side, Rust types for the plugin on the other. A host picks the one that fits
//! a plugin by [`Identity`], which it reads from the file.
//!
//! What a host needs of it is declared in `native/pgdog/bridge.h`.

mod answer;
mod depth;
mod identity;
mod kept;
mod link;
mod parameters;
mod tree;

pub use answer::{NO_ANSWER, PARAMETERS, SHARDS};
pub use identity::{mortise_pgdog_bridge, Identity};
pub use link::{mortise_pgdog_link, mortise_pgdog_route, Link, Options};
pub use tree::{decode, mortise_pgdog_trees, NoTree, MAX_DEPTH};
