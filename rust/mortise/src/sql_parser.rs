//! Parses SQL in place of the host's parser: the service `sql.parser`, which a plugin provides.
//!
//! ```standalone_crate
//! use mortise::prelude::*;
//! use mortise::sql_parser::{Fault, SqlParser, table};
//! use mortise::sys::SqlParserV1;
//! use std::ffi::CStr;
//!
//! // The release of libpg_query whose output these functions give.
//! mortise::plugin!(parser = "17-6.2.1");
//! mortise::provide!(sql_parser, "sql.parser", 1, 1, SqlParserV1);
//!
//! struct Nothing;
//!
//! impl SqlParser for Nothing {
//!     fn json(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
//!         if !sql.is_empty() {
//!             return Err(Fault::syntax("there is something", 1));
//!         }
//!         receive(br#"{"version":170007,"stmts":[]}"#);
//!         Ok(())
//!     }
//!
//!     fn protobuf(_: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
//!         receive(&[]);
//!         Ok(())
//!     }
//!
//!     fn fingerprint(_: &CStr) -> Result<u64, Fault> {
//!         Err(Fault::of("nobody knows it"))
//!     }
//!
//!     fn normalise(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
//!         receive(sql.to_bytes());
//!         Ok(())
//!     }
//! }
//!
//! static TABLE: SqlParserV1 = table::<Nothing>();
//!
//! #[mortise::register]
//! fn register(host: &Host) -> Result<(), Error> {
//!     host.register_service(&TABLE)
//! }
//! # fn main() {
//! #     assert_eq!(Nothing::json(c"x", &mut |_| ()).unwrap_err().position, 1);
//! #     Nothing::json(c"", &mut |made| assert!(made.ends_with(b"[]}"))).unwrap();
//! # }
//! ```
//!
//! What these functions are to make is said in `sql_parser.h`. A panic is a failure that says so.

use crate::service::Service;
use crate::{panics, sys};
use core::ffi::c_void;
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Makes what libpg_query makes of SQL, and hands it to `receive`, once. The host calls on any of its threads, several
/// at a time, with texts within its limits.
pub trait SqlParser: 'static {
    /// The tree as JSON text.
    ///
    /// # Errors
    /// Why there is none.
    fn json(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault>;

    /// The tree as protobuf bytes.
    ///
    /// # Errors
    /// Why there is none.
    fn protobuf(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault>;

    /// The same for texts that differ in literals and blanks only.
    ///
    /// # Errors
    /// Why there is none.
    fn fingerprint(sql: &CStr) -> Result<u64, Fault>;

    /// The text with `$n` in place of literals.
    ///
    /// # Errors
    /// Why there is none.
    fn normalise(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault>;
}

/// A parser that gives its tree as nodes in a row, too, of which a host makes a summary without reading JSON.
pub trait SqlNodes: SqlParser {
    /// The tree as nodes in a row.
    ///
    /// # Errors
    /// Why there is none.
    fn nodes(sql: &CStr, receive: &mut dyn FnMut(&[sys::SqlParserNode])) -> Result<(), Fault>;
}

/// Why nothing was made.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The text has a syntax error, which plugins read as a fact; or else something went wrong, and the host asks again.
    pub is_syntax: bool,
    /// Of a syntax error, in characters from 1; 0: not known.
    pub position: u64,
    /// The first kilobyte reaches the host.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A syntax error, with its place in characters from 1; 0: not known.
    pub fn syntax(message: impl Into<Cow<'static, str>>, position: u64) -> Self {
        Self { is_syntax: true, position, message: message.into() }
    }

    /// Something else that went wrong.
    pub fn of(message: impl Into<Cow<'static, str>>) -> Self {
        Self { is_syntax: false, position: 0, message: message.into() }
    }
}

/// The table of a parser, for a static that is registered.
#[must_use]
pub const fn table<P: SqlParser>() -> sys::SqlParserV1 {
    sys::SqlParserV1 {
        size: size_of::<sys::SqlParserV1>() as u32,
        reserved: 0,
        json: json::<P>,
        protobuf: protobuf::<P>,
        fingerprint: fingerprint::<P>,
        normalise: normalise::<P>,
        nodes: None,
    }
}

/// The table of a parser that gives nodes in a row, too.
#[must_use]
pub const fn table_with_nodes<P: SqlNodes>() -> sys::SqlParserV1 {
    let mut table = table::<P>();
    table.nodes = Some(nodes::<P>);
    table
}

// SAFETY: this is the layout of sql.parser 1.1; a test compares it with the header.
unsafe impl Service for sys::SqlParserV1 {
    const NAME: &'static str = "sql.parser";
    const MAJOR: u16 = 1;
    const MINOR: u16 = 1;
    const SIGNATURE: &'static str = concat!(
        "json(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, ",
        "fault: mortise_sql_parser_fault *) -> status [any-thread];",
        "protobuf(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, ",
        "fault: mortise_sql_parser_fault *) -> status [any-thread];",
        "fingerprint(host, sql: mortise_text, fingerprint: out u64, fault: mortise_sql_parser_fault *) ",
        "-> status [any-thread];",
        "normalise(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, ",
        "fault: mortise_sql_parser_fault *) -> status [any-thread];",
        "nodes(host, sql: mortise_text, receive: mortise_sql_parser_receive, context: void *, ",
        "fault: mortise_sql_parser_fault *) -> status [any-thread] since 1.1",
    );
}

/// The functions of the table whose results may be of any size.
macro_rules! makers {
    ($($name:ident($parser:ident)),*) => {
        $(unsafe extern "C" fn $name<P: $parser>(
            host: *const sys::Host,
            sql: sys::Text,
            receive: sys::SqlParserReceive,
            context: *mut c_void,
            fault: *mut sys::SqlParserFault,
        ) -> i32 {
            // SAFETY: the host's promises, of the text and of both places, for this call. It takes what is valid now.
            unsafe {
                answer(host, stringify!($name), sql, fault, |sql| {
                    P::$name(sql, &mut |made| {
                        receive(context, made.as_ptr().cast(), size_of_val(made) as u64);
                    })
                })
            }
        })*
    };
}

makers!(json(SqlParser), protobuf(SqlParser), normalise(SqlParser), nodes(SqlNodes));

unsafe extern "C" fn fingerprint<P: SqlParser>(
    host: *const sys::Host,
    sql: sys::Text,
    made: *mut u64,
    fault: *mut sys::SqlParserFault,
) -> i32 {
    // SAFETY: as above.
    unsafe {
        answer(host, "fingerprint", sql, fault, |sql| {
            *made = P::fingerprint(sql)?;
            Ok(())
        })
    }
}

/// # Safety
/// `host` must be a host's table, the text valid, and `fault` the caller's own.
unsafe fn answer(
    host: *const sys::Host,
    name: &str,
    sql: sys::Text,
    fault: *mut sys::SqlParserFault,
    make: impl FnOnce(&CStr) -> Result<(), Fault>,
) -> i32 {
    let made = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the caller's promise.
        let sql = CString::new(unsafe { sql.bytes() }).map_err(|_| Fault::of("a zero in the text"))?;
        make(&sql)
    }));
    // SAFETY: the caller's promise.
    match made.unwrap_or_else(|panic| Err(Fault::of(unsafe { panics::report(host, name, panic) }))) {
        Ok(()) => sys::OK,
        Err(why) => {
            // SAFETY: the caller's promise.
            say(unsafe { &mut *fault }, &why);
            sys::ERROR
        }
    }
}

fn say(fault: &mut sys::SqlParserFault, why: &Fault) {
    fault.is_syntax = u32::from(why.is_syntax);
    fault.position = why.position;
    let message = crate::error_buffer::cut(&why.message, fault.message.len() - 1).as_bytes();
    fault.message[..message.len()].copy_from_slice(message);
    fault.message[message.len()] = 0;
}
