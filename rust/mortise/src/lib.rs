//! Write plugins for mortise, the native plugin host for Node.js, in safe Rust.
//!
//! A whole plugin:
//!
//! ```standalone_crate
//! use mortise::prelude::*;
//!
//! mortise::plugin!(); // name, version and toolchain come from Cargo
//!
//! #[mortise::route]
//! fn route(context: &Context) -> Route {
//!     match context.parameters().get(0).and_then(|p| p.as_i64()) {
//!         Some(tenant) => Route::direct(tenant as u64 % context.shards()),
//!         None => Route::unknown(),
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! With this in `Cargo.toml`, `cargo build --release` makes the library that a host loads:
//!
//! ```toml
//! [lib]
//! crate-type = ["cdylib"]
//! ```
//!
//! # What a plugin is made of
//! | macro | on | when the host uses it |
//! |---|---|---|
//! | [`plugin!`] | the crate's root, once | reads it from the file before it runs anything |
//! | [`require!`], [`want!`], [`provide!`] | the crate's root | the same: what the plugin needs and offers |
//! | [`register`](macro@register) | `fn(&Host) -> Result<(), impl Display>` | once, first |
//! | [`init`](macro@init) | `fn(&Host) -> Result<(), impl Display>` | once, after configuration |
//! | [`route`](macro@route) | `fn(&Context) -> Route`, or `-> Option<Route>` | for each query, on any thread |
//! | [`fini`](macro@fini) | `fn()` or `fn(&Host)` | once, at the end, after an init that succeeded |
//!
//! At least one of register, init and route must be there.
//!
//! # Services
//! `require!(NAME, 1, 0)` or `want!(NAME, 1, 0)` in the crate's root gives the crate a service of the host's,
//! and a macro of the same name is the safe way to it, on any thread:
//!
//! | service | macros | for |
//! |---|---|---|
//! | `log` | [`info!`], [`warning!`], [`error!`], [`debug!`], [`log!`](crate::log!) | lines, with fields, for the host's log |
//! | `metrics` | [`counter!`], [`gauge!`], [`histogram!`], [`metrics!`] | numbers that the operator watches |
//! | `state` | [`state!`] | bytes that a plugin finds again when it's loaded again |
//! | `tasks` | [`tasks!`] | closures that run later, on the main thread or a pool, once or as a timer |
//! | `files` | [`files!`] | files in directories that the operator has given names |
//! | `clock` | [`clock!`] | what time it is |
//! | `memory` | [`memory!`] | memory that the host counts, and that plugins hand to each other |
//! | `collect` | [`collect!`](crate::collect!) | readers and writers of values: see [the module of that name](mod@collect) |
//! | `sql` | [`sql!`](crate::sql!) | what stands in a query's SQL: see [the module of that name](mod@sql) |
//! | `registry` | [`registry!`] | which services there are, and word of those that come and go |
//!
//! The macros answer small handles that may be copied and kept. Where a service isn't there, because the
//! plugin only wants it or because a unit test has no host, nothing crashes: metrics and lines go nowhere,
//! the state is empty, the clock is the system's, and what can fail fails with an [`Error`] that says so. The
//! configuration needs no service: [`Host::config`].
//!
//! # Features
//! None is on by default, and without them the crate depends on its macros only:
//!
//! | feature | |
//! |---|---|
//! | `log` | `install_logger!` sends the records of the crate `log` to the host's log |
//! | `tracing` | `install_tracing!` sends the events of the crate `tracing` there, `tracing_layer!` is for a subscriber of your own |
//! | `serde` | `Config::read` makes the configuration a struct that derives `Deserialize` |
//! | `tree` | `sql::Tree::decode` makes a tree the types of the crate `pg_query`, which needs libclang to build |
//!
//! # Panics
//! A panic never leaves the plugin: a panic in init or register fails the plugin with the panic's message,
//! one in route counts as no opinion and is reported as the plugin's error, and one in a task or a
//! subscription ends that call of it. Each also goes to the host's log. Rust's panic hook prints the message
//! to stderr besides. All this needs `panic = "unwind"`, which is Cargo's default: with `panic = "abort"` a panic
//! would end the whole host process, so [`plugin!`] doesn't compile then.
//!
//! # Threads
//! Route runs on any thread, on several at a time: keep state in atomics, locks or a
//! [`OnceLock`](std::sync::OnceLock). Threads that a plugin starts must have ended when fini returns.
//!
//! # Undefined behaviour
//! The safe API relies on the host to keep the promises of the C headers, and on the plugin to run no code
//! after its fini, as the headers ask. The methods that `mortise headers` writes refuse \[main-thread\]
//! functions of other plugins on other threads. Outside [`sys`], what is `unsafe` is [`Reply::let_go`],
//! [`Memory::take_over`] and the trait [`Service`]; each says what it needs.

mod bound;
mod clock;
pub mod collect;
mod config;
mod context;
pub mod data_source;
mod error;
mod error_buffer;
mod features;
mod field;
mod files;
mod host;
mod host_cell;
mod kept;
mod lease;
mod log;
mod main_thread;
mod memory;
mod metrics;
mod no_sql;
mod panics;
mod parameter;
mod reason;
mod registry;
mod route;
mod service;
pub mod sql;
pub mod sql_parser;
mod state;
pub mod sys;
mod tasks;
pub mod testing;
mod visit;

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod generated;

pub use clock::Clock;
pub use config::{Config, List, Table, Value};
pub use context::Context;
pub use error::{Error, Failure, Result};
#[cfg(feature = "tracing")]
pub use features::tracing::TracingLayer;
pub use field::FieldValue;
pub use files::{File, FileKind, Files};
pub use host::Host;
pub use lease::Lease;
pub use log::Severity;
pub use memory::{Block, Memory};
pub use metrics::{Counter, Gauge, Histogram, Metrics};
pub use parameter::{Format, Parameter, Parameters};
pub use reason::Reason;
pub use registry::{Event, Notice, Registry, Reply, ServiceEntry, Subscription};
pub use route::{ReadWrite, Route, Shard};
pub use service::{Cell, Service};
pub use state::State;
pub use tasks::{Task, Tasks};

/// What a plugin's source usually needs: `use mortise::prelude::*;`. The macros are called by their full
/// names, `mortise::info!`, so that they don't hide those of other crates.
pub mod prelude {
    pub use crate::{
        Context, Error, Failure, Host, Parameter, Parameters, ReadWrite, Route, Severity, Shard,
    };
}

/// Says who the plugin is: emits the constants `module_info` and `module_host`. Once, in the crate's root.
///
/// Without arguments the name is the package's with `-` made `_`, and the version is the package's.
/// All of these may be given, in any order:
/// - `name = "…"`: at most 63 bytes of lower-case letters, digits, `_`, `-` and `.`, a letter first
/// - `version = "…"`: semver, at most 31 bytes
/// - `parser = "17-6.1.0"`: the plugin reads syntax trees, of this parser; the host must have the same
/// - `needs_trees`: the plugin must see the syntax tree of each query; the host blocks one that has none
/// - `exact_toolchain`: the plugin hands Rust types to others, so the same compiler must have built both
///
/// What doesn't fit is an error at compile time. The toolchain is the line that `rustc --version` prints.
///
/// ```standalone_crate
/// mortise::plugin!(name = "tenant_router", parser = "17-6.1.0", exact_toolchain);
///
/// # fn main() {
/// assert!(module_info.name.starts_with(b"tenant_router\0"));
/// assert!(module_info.toolchain.starts_with(b"rustc "));
/// # }
/// ```
/// ```compile_fail,standalone_crate
/// mortise::plugin!(name = "Tenant Router");
/// ```
pub use mortise_macros::plugin;

/// Needs a service: the host refuses the plugin, before it runs, when it can't give it. In the crate's root.
///
/// `require!(log, 1, 0)` needs `mortise.log` 1.0 and makes the cell `mortise_log_service`. For a service that
/// TypeScript defines, name the table's type in the module that `mortise headers` wrote:
/// `require!(shop_price_rule::ShopPriceRuleV1)` makes the cell `shop_price_rule_service`, and
/// `require!(shop_price_rule::ShopPriceRuleV1, 1)` needs at least minor 1. Others take an identifier, the
/// name, the version and the type:
///
/// ```standalone_crate
/// use mortise::sys;
///
/// /// The table of `shop.price_rule` 1.0.
/// #[repr(C)]
/// pub struct PriceRule {
///     size: u32,
///     reserved: u32,
///     apply: unsafe extern "C" fn(host: *const sys::Host, cents: i64) -> i64,
/// }
///
/// // SAFETY: this is the layout of `shop.price_rule` 1.0.
/// unsafe impl mortise::Service for PriceRule {
///     const NAME: &'static str = "shop.price_rule";
///     const MAJOR: u16 = 1;
///     const MINOR: u16 = 0;
///     const SIGNATURE: &'static str = "apply(host, cents: i64) -> i64 [main-thread]";
/// }
///
/// mortise::plugin!();
/// mortise::require!(shop_price_rule, "shop.price_rule", 1, 0, PriceRule);
///
/// fn apply(cents: i64) -> i64 {
///     match shop_price_rule_service.get() {
///         Some(rule) => unsafe { (rule.apply)(module_host.get(), cents) },
///         None => cents, // only in unit tests, where no host fills the cell
///     }
/// }
/// # fn main() { assert_eq!(apply(3), 3) }
/// ```
///
/// Name and major must be the type's, and the minor at least its: another table would not have its functions.
///
/// ```compile_fail,standalone_crate
/// mortise::plugin!();
/// mortise::require!(mortise_log, "mortise.clock", 1, 0, mortise::sys::LogV1);
/// # fn main() {}
/// ```
pub use mortise_macros::require;

/// Wants a service, and goes on without it: the same as [`require!`], but [`Cell::get`] may answer `None`.
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::want!(log, 1, 0);
///
/// # fn main() {
/// mortise::info!("nobody sees this when the host has no log");
/// # }
/// ```
pub use mortise_macros::want;

/// Says in the file that the plugin's register function provides a service, so that the host can start the
/// plugin before those that need it. In the crate's root. [`Host::register_service`] then provides it.
///
/// `provide!(shop_price_rule::Table)` takes all from the type that `mortise headers` wrote. Of a type of your own, with
/// a [`Service`] as [`require!`] shows it: `provide!(shop_price_rule, "shop.price_rule", 1, 0, PriceRule)`. Without a
/// type, the file doesn't state what the functions are:
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::provide!(shop_price_rule, "shop.price_rule", 1, 0);
/// # fn main() {}
/// ```
pub use mortise_macros::provide;

/// Makes a function the plugin's `module_register`, which registers services and does nothing else.
///
/// The function is `fn(&Host) -> Result<(), E>`, where `E` is anything that can be displayed, such as
/// [`Error`], or [`Failure`]; the `&Host` and the result may be left out. Called once, on the main thread.
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
///
/// #[mortise::register]
/// fn register(host: &Host) -> Result<(), Error> {
///     // host.register_service(&TABLE)
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub use mortise_macros::register;

/// Makes a function the plugin's `module_init`.
///
/// The function is `fn(&Host) -> Result<(), E>`, where `E` is anything that can be displayed, such as
/// [`Error`], or [`Failure`], for which `?` takes any error; the `&Host` and the result may be left out.
/// Called once, after configuration, on the main thread. The error's text, cut at 1,023 bytes, is what the
/// host's operator reads; after an error the host calls nothing more of this plugin.
///
/// ```standalone_crate
/// use mortise::prelude::*;
/// use std::sync::OnceLock;
///
/// mortise::plugin!();
///
/// static TENANTS: OnceLock<u64> = OnceLock::new();
///
/// #[mortise::init]
/// fn init(host: &Host) -> mortise::Result {
///     let tenants = host.config().u64("tenants", 4);
///     if tenants == 0 {
///         host.config().refuse("tenants", "must be at least 1");
///     }
///     TENANTS.set(tenants)?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
/// ```compile_fail,standalone_crate
/// mortise::plugin!();
///
/// #[mortise::init]
/// fn init(host: &str) -> Result<(), String> { Ok(()) } // not a &Host
/// # fn main() {}
/// ```
pub use mortise_macros::init;

/// Makes a function the plugin's `module_route`: where a query should go.
///
/// The function is `fn(&Context) -> Route`, or `-> Option<Route>`. Called for each query, on any thread, on
/// several at a time. [`Route::unknown`], or `None`, lets the next plugin decide. The function stays an ordinary one, so that
/// [`testing::Query`] can ask it in a unit test.
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
///
/// #[mortise::route]
/// fn route(context: &Context) -> Route {
///     if context.sql().starts_with("DROP") { Route::block() } else { Route::unknown() }
/// }
///
/// # fn main() {
/// let query = mortise::testing::Query::new("DROP TABLE orders");
/// assert_eq!(query.ask(route), Route::block());
/// # }
/// ```
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
///
/// #[mortise::route]
/// fn route(context: &Context) -> Option<Route> {
///     let tenant = context.parameters().get(0)?.as_i64()?;
///     Some(Route::direct(tenant as u64 % context.shards()))
/// }
/// # fn main() {
/// # use mortise::sys;
/// # unsafe extern "C" {
/// #     fn module_route(context: *const sys::Context, route: *mut sys::Route) -> i32;
/// # }
/// # let mut answer = sys::Route::default();
/// # let query = mortise::testing::Query::new("SELECT $1").shards(2);
/// # let mut ask = |context: &Context| unsafe { module_route(context.as_sys(), &mut answer) };
/// # assert_eq!((query.ask(&mut ask), query.text("5").ask(&mut ask)), (sys::PASS, sys::OK));
/// # assert_eq!((answer.target, answer.shard), (sys::TARGET_DIRECT, 1));
/// # }
/// ```
/// ```compile_fail,standalone_crate
/// use mortise::prelude::*;
/// mortise::plugin!();
///
/// #[mortise::route]
/// fn route(context: &Context) {} // no answer
/// # fn main() {}
/// ```
pub use mortise_macros::route;

/// Makes a function the plugin's `module_fini`.
///
/// The function is `fn()` or `fn(&Host)`. Called once, on the main thread, after an init that succeeded.
/// Every thread of the plugin must have ended when it returns.
///
/// ```standalone_crate
/// mortise::plugin!();
///
/// #[mortise::fini]
/// fn fini() {}
/// # fn main() {}
/// ```
pub use mortise_macros::fini;
