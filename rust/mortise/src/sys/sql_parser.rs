//! `sql_parser.h`: the service `sql.parser` 1.1, which plugins provide.

use super::{Host, Text};
use core::ffi::{c_char, c_void};
use core::mem::{offset_of, size_of};

/// `mortise_sql_parser_receive`: takes what was made, once, during the call.
pub type SqlParserReceive = unsafe extern "C" fn(context: *mut c_void, data: *const c_void, bytes: u64);

/// `mortise_sql_parser_fault`: why there is none. The caller's.
#[repr(C)]
pub struct SqlParserFault {
    /// Bytes of the struct.
    pub size: u32,
    /// 1: the text has a syntax error; 0: something else went wrong.
    pub is_syntax: u32,
    /// Of a syntax error, in characters from 1; 0: not known.
    pub position: u64,
    /// UTF-8, ends in a zero.
    pub message: [u8; 1024],
}

/// The first node of a row, which is none. All others lie in the second.
pub const SQL_PARSER_NONE: u32 = 0;
/// What it holds comes right behind it.
pub const SQL_PARSER_OBJECT: u32 = 1;
/// What it holds comes right behind it.
pub const SQL_PARSER_ARRAY: u32 = 2;
/// Its text, unescaped.
pub const SQL_PARSER_STRING: u32 = 3;
/// Its text, in digits.
pub const SQL_PARSER_NUMBER: u32 = 4;
/// Without a text.
pub const SQL_PARSER_TRUE: u32 = 5;
/// Without a text.
pub const SQL_PARSER_FALSE: u32 = 6;
/// Without a text.
pub const SQL_PARSER_NULL: u32 = 7;

/// `mortise_sql_parser_node`: a node of a tree that lies in a row.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SqlParserNode {
    /// Of a member: a literal, which ends in a zero; null: of an element.
    pub name: *const c_char,
    /// UTF-8; valid during the call.
    pub text: *const c_char,
    /// Of the text, in bytes.
    pub size: u32,
    /// Which node is the first behind this and all that it holds.
    pub end: u32,
    /// `SQL_PARSER_…`
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// Makes something of a text that may be of any size.
pub type SqlParserMake = unsafe extern "C" fn(
    host: *const Host,
    sql: Text,
    receive: SqlParserReceive,
    context: *mut c_void,
    fault: *mut SqlParserFault,
) -> i32;

/// `mortise_sql_parser_v1`: the table of `sql.parser` 1.1.
#[repr(C)]
pub struct SqlParserV1 {
    /// Bytes of the plugin's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The tree as JSON text. \[any-thread\]
    pub json: SqlParserMake,
    /// The tree as protobuf bytes. \[any-thread\]
    pub protobuf: SqlParserMake,
    /// \[any-thread\]
    pub fingerprint: unsafe extern "C" fn(
        host: *const Host,
        sql: Text,
        fingerprint: *mut u64,
        fault: *mut SqlParserFault,
    ) -> i32,
    /// The text with `$n` in place of literals. \[any-thread\]
    pub normalise: SqlParserMake,
    /// The tree as an array of `SqlParserNode`. Since 1.1. \[any-thread\]
    pub nodes: Option<SqlParserMake>,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<SqlParserFault>() == 1040);
    assert!(offset_of!(SqlParserFault, message) == 16);
    assert!(size_of::<SqlParserNode>() == 32);
    assert!(offset_of!(SqlParserNode, size) == 16);
    assert!(offset_of!(SqlParserNode, kind) == 24);
    assert!(size_of::<SqlParserV1>() == 48);
    assert!(offset_of!(SqlParserV1, json) == 8);
    assert!(offset_of!(SqlParserV1, nodes) == 40);
};
