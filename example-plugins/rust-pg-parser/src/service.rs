//! The table of `sql.parser` 1.0, as `include/mortise/sql_parser.h` has it.

use crate::libpg_query::{Fault, Json, Made, Normalised, Protobuf, fingerprint};
use mortise::sys;
use std::ffi::{CString, c_void};

/// Takes what was made, during the call.
type Receive = unsafe extern "C" fn(context: *mut c_void, data: *const c_void, bytes: u64);

/// `sql_parser_fault`. The caller's, empty when it comes.
#[repr(C)]
pub struct SqlParserFault {
    size: u32,
    is_syntax: u32,
    position: u64,
    message: [u8; 1024],
}

type Make =
    unsafe extern "C" fn(*const sys::Host, sys::Text, Receive, *mut c_void, *mut SqlParserFault) -> i32;
type Fingerprint = unsafe extern "C" fn(*const sys::Host, sys::Text, *mut u64, *mut SqlParserFault) -> i32;

/// `sql_parser_v1`.
#[repr(C)]
pub struct SqlParser {
    size: u32,
    reserved: u32,
    json: Make,
    protobuf: Make,
    fingerprint: Fingerprint,
    normalise: Make,
}

// SAFETY: this is the layout of sql.parser 1.0.
unsafe impl mortise::Service for SqlParser {
    const NAME: &'static str = "sql.parser";
    const MAJOR: u16 = 1;
    const MINOR: u16 = 0;
    const SIGNATURE: &'static str = concat!(
        "json(host, sql: mortise_text, receive: sql_parser_receive, context: void *, fault: sql_parser_fault *) ",
        "-> status [any-thread];",
        "protobuf(host, sql: mortise_text, receive: sql_parser_receive, context: void *, ",
        "fault: sql_parser_fault *) -> status [any-thread];",
        "fingerprint(host, sql: mortise_text, fingerprint: out u64, fault: sql_parser_fault *) -> status ",
        "[any-thread];",
        "normalise(host, sql: mortise_text, receive: sql_parser_receive, context: void *, ",
        "fault: sql_parser_fault *) -> status [any-thread]",
    );
}

pub static TABLE: SqlParser = SqlParser {
    size: size_of::<SqlParser>() as u32,
    reserved: 0,
    json: make::<Json>,
    protobuf: make::<Protobuf>,
    fingerprint: make_fingerprint,
    normalise: make::<Normalised>,
};

unsafe extern "C" fn make<T: Made>(
    _: *const sys::Host,
    sql: sys::Text,
    receive: Receive,
    context: *mut c_void,
    fault: *mut SqlParserFault,
) -> i32 {
    // SAFETY: the caller's promise of the text and of the place.
    let (sql, fault) = unsafe { (sql.bytes(), &mut *fault) };
    match terminated(sql).and_then(|sql| T::make(&sql)) {
        Ok(made) => {
            let bytes = made.bytes();
            // SAFETY: it takes what is valid during this call.
            unsafe { receive(context, bytes.as_ptr().cast(), bytes.len() as u64) };
            sys::OK
        }
        Err(why) => fault.say(&why),
    }
}

unsafe extern "C" fn make_fingerprint(
    _: *const sys::Host,
    sql: sys::Text,
    made: *mut u64,
    fault: *mut SqlParserFault,
) -> i32 {
    // SAFETY: the caller's promise of the text, and of both places.
    let (sql, made, fault) = unsafe { (sql.bytes(), &mut *made, &mut *fault) };
    match terminated(sql).and_then(|sql| fingerprint(&sql)) {
        Ok(number) => {
            *made = number;
            sys::OK
        }
        Err(why) => fault.say(&why),
    }
}

/// libpg_query reads up to a zero.
fn terminated(sql: &[u8]) -> Result<CString, Fault> {
    CString::new(sql).map_err(|_| Fault {
        is_syntax: false,
        position: 0,
        message: (*b"a zero in the text").into(),
    })
}

impl SqlParserFault {
    fn say(&mut self, why: &Fault) -> i32 {
        self.is_syntax = u32::from(why.is_syntax);
        self.position = why.position;
        let length = why.message.len().min(self.message.len() - 1);
        self.message[..length].copy_from_slice(&why.message[..length]);
        self.message[length] = 0;
        sys::ERROR
    }
}
