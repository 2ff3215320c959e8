//! What the modules that `mortise headers` writes have in common. Not for use by hand, and not covered by any
//! promise.

mod answer;
mod bool;
mod caller;
mod closures;
mod handle;
mod later;
mod memory;
mod module;
mod status;

pub use crate::error_buffer::{no_error, say};
pub use answer::{Answer, give};
pub use bool::Bool;
pub use caller::Caller;
pub use closures::{Called, Stopped};
pub use handle::{end_handle, handle, new_handle};
pub use later::later;
pub use memory::{buffer, bytes, put, record, span, span_mut};
pub use module::Module;
pub use status::{status, status_with_message};
