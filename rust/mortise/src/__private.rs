//! What the macros expand to. Not for use by hand, and not covered by any promise.

pub use crate::entry::{Decision, Outcome, fini, route, start};
pub use crate::field::{Field, field};
pub use crate::host_cell::HostCell;
pub use crate::identity::{module_info, name, package_name, provision, requirement};
pub use crate::log::Line;
pub use crate::main_thread::may_call;
