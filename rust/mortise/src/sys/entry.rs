//! `entry.h`: a plugin's entry points, found by name.
//!
//! The attribute macros write these functions; the types are here for plugins that write their own.

use super::{Context, Error, Host, Route};

/// `module_register`: registers what the plugin provides, and does nothing else. \[main-thread\]
pub type ModuleRegister = unsafe extern "C" fn(host: *const Host, error: *mut Error) -> i32;
/// `module_init`: called once, after configuration. \[main-thread\]
pub type ModuleInit = unsafe extern "C" fn(host: *const Host, error: *mut Error) -> i32;
/// `module_route`: where a query should go. \[any-thread\]
pub type ModuleRoute = unsafe extern "C" fn(context: *const Context, route: *mut Route) -> i32;
/// `module_fini`: called once after an init that succeeded. \[main-thread\]
pub type ModuleFini = unsafe extern "C" fn(host: *const Host);
