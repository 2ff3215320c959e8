//! The C ABI, one file a header of `include/mortise/`: the same structs, with the same sizes and offsets.
//!
//! Plugins seldom need it; it is here for tables of services and for what the safe API leaves out. Names
//! are those of the headers without the prefix: `mortise_log_v1` is [`LogV1`]. What a member means, who
//! owns it and on which thread a function may be called is said in the headers, and repeated here in short.
//!
//! Thread tags end each function's comment: `[main-thread]`, `[any-thread]`, and `[entry]` for functions
//! that may only be called inside register, init and fini.

mod abi;
mod clock;
mod collect;
mod config;
mod context;
mod data_source;
mod entry;
mod error;
mod files;
mod host;
mod log;
mod memory;
mod metrics;
mod module;
mod parameter;
mod registry;
mod reply;
mod route;
mod service;
mod sql;
mod sql_parser;
mod state;
mod tasks;
mod text;

pub use abi::*;
pub use clock::*;
pub use collect::*;
pub use config::*;
pub use context::*;
pub use data_source::*;
pub use entry::*;
pub use error::*;
pub use files::*;
pub use host::*;
pub use log::*;
pub use memory::*;
pub use metrics::*;
pub use module::*;
pub use parameter::*;
pub use registry::*;
pub use reply::*;
pub use route::*;
pub use service::*;
pub use sql::*;
pub use sql_parser::*;
pub use state::*;
pub use tasks::*;
