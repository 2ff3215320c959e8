//! What the macros expand to. Not for use by hand, and not covered by any promise.

mod constants;
mod entry;
mod outcome;

#[cfg(feature = "log")]
pub use crate::features::log::Logger;
#[cfg(feature = "tracing")]
pub use crate::features::tracing::install as install_tracing;
pub use crate::field::{Field, field};
pub use crate::host_cell::HostCell;
pub use crate::log::Line;
pub use constants::{Signed, Unstated, module_info, name, package_name, provision, requirement};
pub use entry::{fini, route, start};
pub use outcome::{Decision, Outcome};
