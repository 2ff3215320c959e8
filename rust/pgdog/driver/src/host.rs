//! What a host has: a bridge, a plugin, and statements with their protobuf bytes.
use libloading::{Library, Symbol};
use mortise::sys;
use mortise_pgdog_bridge::{Link, Options};
use pgdog_plugin::pg_query;
use pgdog_plugin::{PdRoute, PdRouterContext};
use prost::Message;
use std::ffi::c_void;
use std::ptr::null;

pub type Direct = unsafe extern "C" fn(PdRouterContext, *mut PdRoute);
type Route = unsafe extern "C" fn(*const sys::Context, *mut sys::Route, *mut c_void) -> i32;
type MakeLink = unsafe extern "C" fn(*const Options) -> *mut Link;

/// Both stay loaded until the process ends.
pub struct Loaded {
    pub direct: Direct,
    route: Route,
    link: *mut Link,
}

// SAFETY: a link may be asked on any thread, on several at a time.
unsafe impl Sync for Loaded {}

impl Loaded {
    pub fn open(bridge: &str, plugin: &str) -> Self {
        // SAFETY: both are ours, and neither runs anything when it is loaded.
        let open = |path| Box::leak(Box::new(unsafe { Library::new(path) }.expect("it can be loaded")));
        let (bridge, plugin) = (open(bridge), open(plugin));
        // SAFETY: the types are those of the libraries' own sources.
        unsafe {
            let direct: Symbol<Direct> = plugin.get(b"pgdog_route\0").expect("pgdog_route");
            let link: Symbol<MakeLink> = bridge.get(b"mortise_pgdog_link\0").expect("mortise_pgdog_link");
            let route: Symbol<Route> = bridge.get(b"mortise_pgdog_route\0").expect("mortise_pgdog_route");
            let options = Options {
                size: size_of::<Options>() as u32,
                reserved: 0,
                route: Some(*direct),
                host: null(),
                sql: &SQL,
                name: sys::Text::of("tenant"),
            };
            let link = link(&options);
            assert!(!link.is_null());
            Self { direct: *direct, route: *route, link }
        }
    }

    pub fn ask(&self, question: &sys::Context) -> (i32, sys::Route) {
        let mut answer = sys::Route::default();
        // SAFETY: all three are valid.
        let status = unsafe { (self.route)(question, &mut answer, self.link.cast()) };
        (status, answer)
    }
}

/// A statement, as the host has it: to plugins it is opaque.
pub struct Statement {
    pub sql: String,
    pub bytes: Vec<u8>,
    tree: sys::SqlTree,
}

// SAFETY: its pointer leads to its own bytes.
unsafe impl Sync for Statement {}
unsafe impl Send for Statement {}

impl Statement {
    pub fn of(sql: String, id: u64) -> Self {
        let bytes = pg_query::parse(&sql).expect("valid SQL").protobuf.encode_to_vec();
        let tree = sys::SqlTree {
            size: size_of::<sys::SqlTree>() as u32,
            outcome: 0,
            data: bytes.as_ptr(),
            bytes: bytes.len() as u64,
            id,
            message: sys::Text::of(""),
        };
        Self { sql, bytes, tree }
    }

    /// Valid as long as the statement and the parameters.
    pub fn question(&self, parameters: &[sys::Parameter], shards: u32) -> sys::Context {
        sys::Context {
            size: size_of::<sys::Context>() as u32,
            shards,
            has_replicas: 1,
            has_primary: 1,
            in_transaction: 0,
            write_override: 0,
            sql: sys::Text::of(&self.sql),
            parameters: parameters.as_ptr(),
            parameter_count: parameters.len() as u64,
            statement: std::ptr::from_ref(self).cast(),
            parameter_types: std::ptr::null(),
            parameter_type_count: 0,
        }
    }
}

pub fn parameter(bytes: &[u8], format: i32) -> sys::Parameter {
    sys::Parameter { data: bytes.as_ptr(), size: bytes.len() as u64, format, is_null: 0 }
}

unsafe extern "C" fn tree(_: *const sys::Host, statement: *const sys::Statement) -> *const sys::SqlTree {
    // SAFETY: `question` made it of a Statement.
    unsafe { &(*statement.cast::<Statement>()).tree }
}

// What no bridge asks for.
unsafe extern "C" fn summary(_: *const sys::Host, _: *const sys::Statement) -> *const sys::SqlSummary {
    unreachable!("a bridge reads trees only")
}
unsafe extern "C" fn fingerprint(_: *const sys::Host, _: *const sys::Statement, _: *mut u64) -> i32 {
    unreachable!("a bridge reads trees only")
}
unsafe extern "C" fn normalise(_: *const sys::Host, _: *const sys::Statement, _: *mut sys::Text) -> i32 {
    unreachable!("a bridge reads trees only")
}

static SQL: sys::SqlV1 =
    sys::SqlV1 { size: size_of::<sys::SqlV1>() as u32, reserved: 0, summary, tree, fingerprint, normalise };
