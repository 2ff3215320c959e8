//! State comes back as it was put.

use crate::host::*;
use mortise::sys;
use std::ffi::c_void;

pub static TABLE: sys::StateV1 = {
    unsafe extern "C" fn get(_: *const sys::Host, key: sys::Text, buffer: *mut c_void, capacity: u64) -> i64 {
        heard(|heard| {
            let Some(value) = heard.state.get_mut(&read(key)) else { return -1 };
            let size = value.len();
            let fits = size.min(capacity as usize);
            unsafe { std::ptr::copy_nonoverlapping(value.as_ptr(), buffer.cast(), fits) };
            if let Some(grown) = heard.grows.take() {
                *value = grown;
            }
            size as i64
        })
    }
    unsafe extern "C" fn put(
        _: *const sys::Host,
        key: sys::Text,
        value: *const c_void,
        size: u64,
        error: *mut sys::Error,
    ) -> i32 {
        if key.size == 0 {
            return fail(error, "a key has at least one byte");
        }
        let value = unsafe { bytes(value, size) }.to_vec();
        heard(|heard| heard.state.insert(read(key), value));
        sys::OK
    }
    unsafe extern "C" fn remove(_: *const sys::Host, key: sys::Text) -> i32 {
        heard(|heard| if heard.state.remove(&read(key)).is_some() { sys::OK } else { sys::PASS })
    }
    unsafe extern "C" fn each(_: *const sys::Host, visit: sys::StateVisit, context: *mut c_void) -> i32 {
        let keys: Vec<_> =
            heard(|heard| heard.state.iter().map(|(key, value)| (key.clone(), value.len())).collect());
        for (key, size) in keys {
            let status = unsafe { visit(context, sys::Text::of(&key), size as u64) };
            if status != sys::OK {
                return status;
            }
        }
        sys::OK
    }
    sys::StateV1 { size: 40, reserved: 0, get, put, remove, each }
};

#[test]
fn state_comes_back_as_it_was_put() {
    let _alone = start();
    let state = mortise::state!();
    assert!(state.is_available() && state.get("a").is_none() && state.keys().is_empty());
    for size in [0, 1, 256, 257, 5000] {
        let value: Vec<u8> = (0..size).map(|index| index as u8).collect();
        state.put("a", &value).unwrap();
        assert_eq!(state.get("a").unwrap(), value);
    }
    let mut buffer = [9; 3];
    state.put("b", "ab").unwrap();
    assert_eq!((state.get_into("b", &mut buffer), buffer), (Some(2), [b'a', b'b', 9]));
    assert_eq!((state.get_into("a", &mut buffer), buffer), (Some(5000), [0, 1, 2]));
    assert_eq!((state.get_into("none", &mut buffer), state.get_into("a", &mut [])), (None, Some(5000)));

    // Another thread puts a larger value after the size was asked.
    heard(|heard| heard.grows = Some(vec![7; 9000]));
    assert_eq!(state.get("a").unwrap(), vec![7; 9000]);

    assert_eq!(state.put("", "x").unwrap_err().to_string(), "a key has at least one byte");
    let mut seen = Vec::new();
    state.each(|key, size| {
        seen.push((key.to_owned(), size));
        assert!(state.remove(key));
    });
    assert_eq!(seen, [("a".into(), 9000), ("b".into(), 2)]);
    assert!(!state.remove("a"));
}
