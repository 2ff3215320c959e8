//! What `?` makes errors of.

#![allow(missing_docs)]

use mortise::{Error, Failure};
use std::ffi::CStr;
use std::path::Path;
use std::sync::{Mutex, mpsc};

/// What `?` answers in a function that returns an Error.
macro_rules! said {
    ($failing:expr) => {{
        let call = || -> Result<(), Error> {
            $failing?;
            Ok(())
        };
        call().unwrap_err().to_string()
    }};
}

/// Without Display or Debug, as most of what is sent.
struct Sent;

#[test]
fn the_standard_librarys() {
    assert_eq!(said!(<[u8; 2]>::try_from(&[1_u8][..])), "could not convert slice to array");
    assert_eq!(said!(Path::new("/a").strip_prefix("/b")), "prefix not found");
    let (sender, receiver) = mpsc::channel::<Sent>();
    assert_eq!(said!(receiver.try_recv()), "receiving on an empty channel");
    drop(receiver);
    assert_eq!(said!(sender.send(Sent)), "sending on a closed channel");
    let (sender, receiver) = mpsc::sync_channel::<Sent>(0);
    assert_eq!(said!(sender.try_send(Sent)), "sending on a full channel");
    drop(sender);
    assert_eq!(said!(receiver.recv()), "receiving on a closed channel");
    assert_eq!(
        said!(receiver.recv_timeout(Default::default())),
        "channel is empty and sending half is closed"
    );
    let mutex = Mutex::new(Sent);
    let guard = mutex.lock().unwrap();
    assert!(said!(mutex.try_lock().map(drop)).starts_with("try_lock failed"));
    drop(guard);
    assert!(said!(String::from_utf16(&[0xd800])).starts_with("invalid utf-16"));
    assert!(said!(CStr::from_bytes_until_nul(b"a")).contains("nul"));
}

#[test]
fn a_failure() {
    fn fails() -> mortise::Result {
        Err(404)?
    }
    assert_eq!(said!(fails()), "404");
    assert_eq!(Error::from(Failure::from("text")).message(), "text");
}
