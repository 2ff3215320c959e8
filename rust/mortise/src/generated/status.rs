//! What a function of a service answered, as a result.

use crate::error::Error;
use crate::error_buffer::message_in;
use crate::sys;

/// # Errors
/// The status, when it isn't success.
#[inline]
pub fn status(status: i32) -> Result<(), Error> {
    if status == sys::OK { Ok(()) } else { Err(format!("the service answered {status}").into()) }
}

/// # Errors
/// What the function said, when its status isn't success.
#[inline]
pub fn status_with_message(status: i32, error: &sys::Error) -> Result<(), Error> {
    if status == sys::OK { Ok(()) } else { Err(message_in(error).into()) }
}
