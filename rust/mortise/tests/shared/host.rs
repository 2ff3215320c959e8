//! What the hosts of several tests have in common: texts, lines with fields, and no services to give or take.

use mortise::sys;
use std::ffi::c_void;

pub fn read(text: sys::Text) -> String {
    String::from_utf8(unsafe { text.bytes() }.to_vec()).expect("is UTF-8")
}

/// `1 a message key=value`: a line of the log as these tests compare it.
pub unsafe fn line(severity: i32, message: sys::Text, fields: *const sys::Member, count: u32) -> String {
    let mut line = format!("{severity} {}", read(message));
    for field in unsafe { std::slice::from_raw_parts(fields, count as usize) } {
        let data = field.value.data;
        line += &format!(" {}=", read(field.key));
        line += &unsafe {
            match field.value.type_ {
                sys::VALUE_BOOLEAN => format!("{}", data.boolean != 0),
                sys::VALUE_INTEGER => format!("{}", data.integer),
                sys::VALUE_DOUBLE => format!("{:?}", data.number),
                sys::VALUE_TEXT => format!("{:?}", read(data.text)),
                _ => unreachable!(),
            }
        };
    }
    line
}

pub unsafe extern "C" fn enabled(_: *const sys::Host, severity: i32) -> i32 {
    (severity > sys::LOG_DEBUG).into()
}

pub unsafe extern "C" fn register_service(
    _: *const sys::Host,
    _: *const sys::Service,
    _: *mut sys::Error,
) -> i32 {
    sys::ERROR
}

pub unsafe extern "C" fn unregister_service(
    _: *const sys::Host,
    _: *const c_void,
    _: *mut sys::Error,
) -> i32 {
    sys::ERROR
}
