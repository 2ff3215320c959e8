//! `files.h`: the service `mortise.files` 1.0.

use super::{Error, Host, Text};
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// Bytes of one read or write, at most.
pub const FILES_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Entries of one listing, at most.
pub const FILES_MAX_ENTRIES: u32 = 10_000;

/// The file is replaced in one step.
pub const FILES_REPLACE: i32 = 0;
/// What is written goes to the file's end.
pub const FILES_APPEND: i32 = 1;
/// Writing fails when the file is there.
pub const FILES_CREATE: i32 = 2;

/// A regular file.
pub const FILE_REGULAR: i32 = 1;
/// A directory.
pub const FILE_DIRECTORY: i32 = 2;
/// A link, a pipe, a device…
pub const FILE_OTHER: i32 = 3;

/// `mortise_file`: owned by the host, valid for that call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Bytes of this struct.
    pub size: u32,
    /// `FILE_…`.
    pub kind: i32,
    /// Without its directory.
    pub name: Text,
    /// 0 unless regular.
    pub bytes: u64,
    /// Nanoseconds since 1970-01-01 UTC.
    pub modified: i64,
}

/// `mortise_files_visit`: called for each entry; [`OK`](super::OK) goes on.
pub type FilesVisit = unsafe extern "C" fn(context: *mut c_void, file: *const File) -> i32;

/// `mortise_files_v1`: the table of `mortise.files` 1.0.
#[repr(C)]
pub struct FilesV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// How many bytes were read, 0 at the end, -1 on failure. \[any-thread\]
    pub read: unsafe extern "C" fn(
        host: *const Host,
        path: Text,
        offset: u64,
        buffer: *mut c_void,
        capacity: u64,
        error: *mut Error,
    ) -> i64,
    /// Writes a whole file, or to the end of one; `mode` is `FILES_…`. \[any-thread\]
    pub write: unsafe extern "C" fn(
        host: *const Host,
        path: Text,
        bytes: *const c_void,
        size: u64,
        mode: i32,
        error: *mut Error,
    ) -> i32,
    /// Visits what is in a directory. \[any-thread\]
    pub list: unsafe extern "C" fn(
        host: *const Host,
        path: Text,
        visit: FilesVisit,
        context: *mut c_void,
        error: *mut Error,
    ) -> i32,
    /// Removes a regular file. \[any-thread\]
    pub remove: unsafe extern "C" fn(host: *const Host, path: Text, error: *mut Error) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<FilesV1>() == 40);
    assert!(offset_of!(FilesV1, read) == 8);
    assert!(offset_of!(FilesV1, write) == 16);
    assert!(offset_of!(FilesV1, list) == 24);
    assert!(offset_of!(FilesV1, remove) == 32);
};
