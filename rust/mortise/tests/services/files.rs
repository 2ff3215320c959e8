//! Files are read whole, and written.

use crate::host::*;
use mortise::FileKind;
use mortise::sys;
use std::ffi::c_void;
use std::time::{Duration, UNIX_EPOCH};

pub static TABLE: sys::FilesV1 = {
    unsafe extern "C" fn read_file(
        _: *const sys::Host,
        path: sys::Text,
        offset: u64,
        buffer: *mut c_void,
        capacity: u64,
        error: *mut sys::Error,
    ) -> i64 {
        heard(|heard| {
            heard.reads.push(capacity);
            let Some(bytes) = heard.files.get(&read(path)) else {
                return fail(error, "no such file").into();
            };
            let rest = &bytes[bytes.len().min(offset as usize)..];
            let fits = rest.len().min(capacity as usize);
            unsafe { std::ptr::copy_nonoverlapping(rest.as_ptr(), buffer.cast(), fits) };
            fits as i64
        })
    }
    unsafe extern "C" fn write(
        _: *const sys::Host,
        path: sys::Text,
        data: *const c_void,
        size: u64,
        mode: i32,
        error: *mut sys::Error,
    ) -> i32 {
        let (path, data) = (read(path), unsafe { bytes(data, size) });
        heard(|heard| {
            if mode == sys::FILES_CREATE && heard.files.contains_key(&path) {
                return fail(error, "is there");
            }
            let file = heard.files.entry(path).or_default();
            if mode == sys::FILES_REPLACE {
                file.clear();
            }
            file.extend_from_slice(data);
            sys::OK
        })
    }
    unsafe extern "C" fn list(
        _: *const sys::Host,
        path: sys::Text,
        visit: sys::FilesVisit,
        context: *mut c_void,
        error: *mut sys::Error,
    ) -> i32 {
        if read(path) != "rules" {
            return fail(error, "no such directory");
        }
        for (name, kind) in [(&b"a\xff"[..], sys::FILE_OTHER), (b"eu.txt", sys::FILE_REGULAR)] {
            let name = sys::Text { data: name.as_ptr().cast(), size: name.len() as u64 };
            let file = sys::File { size: 40, kind, name, bytes: 7, modified: -1_500_000_000 };
            let status = unsafe { visit(context, &file) };
            if status != sys::OK {
                return status;
            }
        }
        sys::OK
    }
    unsafe extern "C" fn remove(_: *const sys::Host, path: sys::Text, error: *mut sys::Error) -> i32 {
        match heard(|heard| heard.files.remove(&read(path))) {
            Some(_) => sys::OK,
            None => fail(error, "no such file"),
        }
    }
    sys::FilesV1 { size: 40, reserved: 0, read: read_file, write, list, remove }
};

#[test]
fn files_are_read_whole_whatever_their_size() {
    let _alone = start();
    let files = mortise::files!();
    for size in [0, 1, 16 * 1024 - 1, 16 * 1024, 200_000] {
        let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
        files.write("cache/x", &bytes).unwrap();
        assert!(files.read("cache/x").unwrap() == bytes, "{size}");
    }
    let sizes = heard(|heard| std::mem::take(&mut heard.reads));
    assert_eq!(sizes, [16384, 16384, 16384, 16384, 131_072, 16384, 131_072, 1_048_576]);

    files.write("cache/y", "one").unwrap();
    files.append("cache/y", b" two").unwrap();
    assert_eq!(files.read_to_string("cache/y").unwrap(), "one two");
    let mut buffer = [0; 3];
    assert_eq!((files.read_at("cache/y", 4, &mut buffer).unwrap(), &buffer), (3, b"two"));
    assert_eq!(files.read_at("cache/y", 7, &mut buffer).unwrap(), 0);
    assert_eq!(files.create("cache/y", "").unwrap_err().to_string(), "is there");
    files.create("cache/z", [0xff]).unwrap();
    let odd = files.read_to_string("cache/z").unwrap_err();
    assert!(odd.message().starts_with("cache/z: invalid utf-8"), "{odd}");
    files.remove("cache/z").unwrap();
    assert_eq!(files.remove("cache/z").unwrap_err().message(), "no such file");
    assert_eq!(files.read("cache/z").unwrap_err().message(), "no such file");

    // The largest that read takes, and one that is larger.
    let most = sys::FILES_MAX_BYTES as usize;
    heard(|heard| heard.files.insert("cache/x".into(), vec![1; most]));
    assert_eq!(files.read("cache/x").unwrap().len(), most);
    heard(|heard| heard.files.get_mut("cache/x").unwrap().push(1));
    assert_eq!(
        files.read("cache/x").unwrap_err().message(),
        "cache/x: is larger than 64 MiB, which read takes"
    );
}

#[test]
fn a_directory_is_listed() {
    let _alone = start();
    let list = mortise::files!().list("rules").unwrap();
    let seen: Vec<_> = list.iter().map(|file| (&*file.name, file.kind, file.bytes)).collect();
    assert_eq!(seen, [("a\u{fffd}", FileKind::Other, 7), ("eu.txt", FileKind::Regular, 7)]);
    assert_eq!(list[0].modified, UNIX_EPOCH - Duration::from_millis(1500));
    assert_eq!(mortise::files!().list("none").unwrap_err().message(), "no such directory");
}
