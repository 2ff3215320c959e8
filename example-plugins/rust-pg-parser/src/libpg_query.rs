//! The C functions that the crate `pg_query` links but doesn't show: its own go on from protobuf to Rust types, which
//! takes several times as long as all of these.

use mortise::sql_parser::Fault;
use mortise::sys::{SqlParserNode, SqlParserReceive};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::slice;

// For its C library, which is linked with it.
use pg_query as _;

#[repr(C)]
struct PgQueryError {
    message: *const c_char,
    funcname: *const c_char,
    filename: *const c_char,
    lineno: c_int,
    cursorpos: c_int,
    context: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct ParseResult {
    tree: *const c_char,
    stderr: *const c_char,
    error: *const PgQueryError,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct ProtobufParseResult {
    len: usize,
    data: *const u8,
    stderr: *const c_char,
    error: *const PgQueryError,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct FingerprintResult {
    fingerprint: u64,
    text: *const c_char,
    stderr: *const c_char,
    error: *const PgQueryError,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct NormalizeResult {
    sql: *const c_char,
    error: *const PgQueryError,
}

unsafe extern "C" {
    fn pg_query_parse(sql: *const c_char) -> ParseResult;
    fn pg_query_free_parse_result(result: ParseResult);
    fn pg_query_parse_protobuf(sql: *const c_char) -> ProtobufParseResult;
    fn pg_query_free_protobuf_parse_result(result: ProtobufParseResult);
    fn pg_query_fingerprint(sql: *const c_char) -> FingerprintResult;
    fn pg_query_free_fingerprint_result(result: FingerprintResult);
    fn pg_query_normalize(sql: *const c_char) -> NormalizeResult;
    fn pg_query_free_normalize_result(result: NormalizeResult);
    fn pg_query_free_error(error: *const PgQueryError);
    // nodes.c
    fn mortise_pg_parser_nodes(
        sql: *const c_char,
        receive: SqlParserReceive,
        context: *mut c_void,
    ) -> *const PgQueryError;
}

/// What libpg_query makes of SQL; freed with this.
pub trait Made: Sized {
    fn make(sql: &CStr) -> Result<Self, Fault>;
    fn bytes(&self) -> &[u8];
}

macro_rules! made {
    ($(#[$what:meta])* $name:ident, $result:ident, $make:ident, $free:ident, $bytes:expr) => {
        $(#[$what])*
        pub struct $name($result);

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: it came from the function that this belongs to, and is freed once.
                unsafe { $free(self.0) };
            }
        }

        impl Made for $name {
            fn make(sql: &CStr) -> Result<Self, Fault> {
                // SAFETY: the text ends in a zero.
                let made = Self(unsafe { $make(sql.as_ptr()) });
                check(made.0.error).map(|()| made)
            }

            fn bytes(&self) -> &[u8] {
                let bytes: fn(&$result) -> &[u8] = $bytes;
                bytes(&self.0)
            }
        }
    };
}

made!(
    /// The tree as JSON text.
    Json, ParseResult, pg_query_parse, pg_query_free_parse_result, |result| text(result.tree)
);
made!(
    /// The text with `$n` in place of literals.
    Normalised, NormalizeResult, pg_query_normalize, pg_query_free_normalize_result, |result| text(result.sql)
);
made!(
    /// The tree as protobuf bytes.
    Protobuf, ProtobufParseResult, pg_query_parse_protobuf, pg_query_free_protobuf_parse_result,
    |result| match result.len {
        0 => &[],
        // SAFETY: libpg_query says how many there are.
        len => unsafe { slice::from_raw_parts(result.data, len) },
    }
);
made!(Fingerprinted, FingerprintResult, pg_query_fingerprint, pg_query_free_fingerprint_result, |_| &[]);

pub fn fingerprint(sql: &CStr) -> Result<u64, Fault> {
    Fingerprinted::make(sql).map(|made| made.0.fingerprint)
}

/// The tree as nodes in a row.
pub fn nodes(sql: &CStr, receive: &mut dyn FnMut(&[SqlParserNode])) -> Result<(), Fault> {
    unsafe extern "C" fn take(receive: *mut c_void, data: *const c_void, bytes: u64) {
        let count = bytes as usize / size_of::<SqlParserNode>();
        // SAFETY: it comes with what it was called with, and with an array that stays during the call.
        unsafe {
            let receive = &mut *receive.cast::<&mut dyn FnMut(&[SqlParserNode])>();
            receive(slice::from_raw_parts(data.cast(), count));
        }
    }
    let mut receive = receive;
    // SAFETY: the text ends in a zero; the error is freed here, once.
    unsafe {
        let error = mortise_pg_parser_nodes(sql.as_ptr(), take, (&raw mut receive).cast());
        let checked = check(error);
        if !error.is_null() {
            pg_query_free_error(error);
        }
        checked
    }
}

fn check(error: *const PgQueryError) -> Result<(), Fault> {
    // SAFETY: null, or an error that lives as long as the result that it stands in.
    let Some(error) = (unsafe { error.as_ref() }) else { return Ok(()) };
    let source = text(error.filename);
    Err(Fault {
        // PostgreSQL's scanner and grammar; others are limits, such as memory.
        is_syntax: error.cursorpos > 0 || source.starts_with(b"gram.") || source.starts_with(b"scan."),
        position: u64::try_from(error.cursorpos).unwrap_or(0),
        message: String::from_utf8_lossy(text(error.message)).into_owned().into(),
    })
}

/// Empty for null. Must live as long as it is used, and end in a zero.
fn text<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: all texts here are libpg_query's, and end in a zero.
    if text.is_null() { &[] } else { unsafe { CStr::from_ptr(text) }.to_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mortise::sys;

    #[test]
    fn makes_json_and_protobuf_of_this_release() {
        let tree = Json::make(c"SELECT 1").ok().unwrap();
        // module_info.parser in lib.rs is this one: libpg_query 17-6.2.1.
        assert!(tree.bytes().starts_with(br#"{"version":170007,"stmts":[{"#));
        assert!(!Protobuf::make(c"SELECT 1").ok().unwrap().bytes().is_empty());
        assert!(Json::make(c"-- nothing").ok().unwrap().bytes().ends_with(br#""stmts":[]}"#));
    }

    #[test]
    fn gives_nodes_of_the_same_tree() {
        let mut kinds = Vec::new();
        nodes(c"SELECT 1", &mut |row| kinds = row.iter().map(|node| (node.kind, node.end)).collect())
            .unwrap();
        assert_eq!(kinds[0].0, sys::SQL_PARSER_NONE);
        assert_eq!(kinds[1], (sys::SQL_PARSER_OBJECT, kinds.len() as u32));
        assert_eq!(nodes(c"SELECT FROM FROM", &mut |_| ()).unwrap_err().position, 13);
    }

    #[test]
    fn says_where_a_text_is_not_sql() {
        let fault = Json::make(c"SELECT 1 FROM FROM").err().unwrap();
        assert!(fault.is_syntax);
        assert_eq!((fault.position, &*fault.message), (15, r#"syntax error at or near "FROM""#));
    }

    #[test]
    fn fingerprints_and_normalises() {
        let number = fingerprint(c"SELECT 1").ok().unwrap();
        assert_eq!(number, fingerprint(c"SELECT  2").ok().unwrap());
        assert_eq!(Normalised::make(c"SELECT 1, 'x'").ok().unwrap().bytes(), b"SELECT $1, $2");
    }
}
