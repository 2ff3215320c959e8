//! One plugin as a link of the host's chain.

use crate::answer::{block, translate, PARAMETERS, SHARDS, UNANSWERED};
use crate::parameters;
use crate::tree::{tree, NoTree};
use mortise::sys;
use pgdog_plugin::pg_query::protobuf::ParseResult;
use pgdog_plugin::{PdRoute, PdRouterContext, PdStatement};
use std::ffi::c_void;
use std::slice;
use std::sync::Arc;

/// `pgdog_route` of a plugin.
type Route = unsafe extern "C" fn(PdRouterContext, *mut PdRoute);

/// `mortise_pgdog_options`: what a link needs. All of it must outlive the link.
#[repr(C)]
pub struct Options {
    /// Bytes of this struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The plugin's `pgdog_route`.
    pub route: Option<Route>,
    /// What the service is called with.
    pub host: *const sys::Host,
    /// `mortise.sql` 1; null: there are no trees.
    pub sql: *const sys::SqlV1,
    /// The plugin's name, UTF-8; it is copied.
    pub name: sys::Text,
}

/// A plugin that is asked.
pub struct Link {
    route: Route,
    host: *const sys::Host,
    sql: *const sys::SqlV1,
    name: String,
}

/// A link, which lives until the process ends, as the plugin does; null when `options` lacks something.
///
/// # Safety
/// `options` must be null, or as [`Options`] says.
#[no_mangle]
pub unsafe extern "C" fn mortise_pgdog_link(options: *const Options) -> *mut Link {
    // SAFETY: the caller vouches for it.
    let Some(options) = (unsafe { options.as_ref() }) else { return std::ptr::null_mut() };
    match options.route {
        Some(route) if options.size as usize >= size_of::<Options>() => {
            // SAFETY: the caller vouches for the text.
            let name = String::from_utf8_lossy(unsafe { options.name.bytes() }).into_owned();
            Box::into_raw(Box::new(Link { route, host: options.host, sql: options.sql, name }))
        }
        _ => std::ptr::null_mut(),
    }
}

/// Asks the plugin: a link of the host's chain, with a [`Link`] as its context. On any thread, on several at a time.
///
/// # Safety
/// All three must be valid, and `link` must come from [`mortise_pgdog_link`].
#[no_mangle]
pub unsafe extern "C" fn mortise_pgdog_route(
    question: *const sys::Context,
    answer: *mut sys::Route,
    link: *mut c_void,
) -> i32 {
    // SAFETY: the caller vouches for all three.
    let (question, answer, link) = unsafe { (&*question, &mut *answer, &*link.cast_const().cast::<Link>()) };
    if question.shards == 0 {
        return SHARDS;
    }
    let tree = match link.tree_of(question) {
        Ok(tree) => tree,
        // A plugin that may forbid what it sees must not be passed by what it can't see.
        Err(why) => {
            block(answer, why.sqlstate(), &format!("{} must see the syntax tree: {why}", link.name));
            return sys::OK;
        }
    };
    // Nothing happens on a server, and plugins count on a first statement.
    if tree.stmts.is_empty() {
        return sys::PASS;
    }
    let given: &[sys::Parameter] = match question.parameter_count {
        0 => &[],
        // SAFETY: the host vouches for so many.
        count => unsafe { slice::from_raw_parts(question.parameters, count as usize) },
    };
    let answered = parameters::with(given, |params| {
        let context = PdRouterContext {
            shards: u64::from(question.shards),
            has_replicas: u8::from(question.has_replicas != 0),
            has_primary: u8::from(question.has_primary != 0),
            in_transaction: u8::from(question.in_transaction != 0),
            write_override: u8::from(question.write_override != 0),
            query: PdStatement {
                version: tree.version,
                len: tree.stmts.len() as u64,
                // Never null, also without statements: a debug build aborts then.
                data: tree.stmts.as_ptr().cast_mut().cast(),
            },
            params,
        };
        let mut out = UNANSWERED;
        // SAFETY: the plugin was built by this compiler with this pg_query, as the host has checked; it borrows what
        // it is handed.
        unsafe { (link.route)(context, &mut out) };
        out
    });
    match answered {
        Ok(out) => translate(out, answer, &link.name),
        Err(parameters::Unfit) => PARAMETERS,
    }
}

impl Link {
    fn tree_of(&self, question: &sys::Context) -> Result<Arc<ParseResult>, NoTree> {
        if question.statement.is_null() || self.sql.is_null() {
            return Err(NoTree::Absent(sys::SQL_NO_TREE, "the host parses nothing".into()));
        }
        // SAFETY: the service outlives the link, and never answers null.
        let given = unsafe { &*((*self.sql).tree)(self.host, question.statement) };
        if given.outcome != sys::SQL_PARSED {
            // SAFETY: the host vouches for its text during this call.
            let why = unsafe { given.message.bytes() };
            return Err(NoTree::Absent(given.outcome, String::from_utf8_lossy(why).into_owned()));
        }
        let bytes: &[u8] = match given.bytes {
            0 => &[],
            // SAFETY: the host vouches for so many during this call.
            count => unsafe { slice::from_raw_parts(given.data, count as usize) },
        };
        tree(given.id, bytes)
    }
}
