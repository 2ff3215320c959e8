use crate::bound::handle;
use crate::clock::time_of;
use crate::error::Error;
use crate::sys;
use crate::visit::Visitor;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use std::borrow::Cow;
use std::time::SystemTime;

handle! {
    /// The service `mortise.files`, from [`files!`](crate::files!): files in directories that the host's
    /// operator has given names. A path starts with such a name: `rules/eu.txt` is `eu.txt` in the directory
    /// `rules`. No path leads out of its directory; one that tries is refused, and reported. Any thread.
    ///
    /// On Windows every function fails so far.
    Files: FilesV1, "mortise.files"
}

/// The service `mortise.files` as [`Files`], on any thread. Needs `mortise::require!(files, 1, 0);` or
/// `mortise::want!(files, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
/// mortise::require!(files, 1, 0);
///
/// #[mortise::init]
/// fn init() -> Result<(), Error> {
///     let rules = mortise::files!().read_to_string("rules/eu.txt")?;
///     mortise::files!().append("cache/started", format!("{} rules\n", rules.lines().count()))
/// }
/// # fn main() { assert_eq!(init().unwrap_err().message(), "there is no mortise.files here") }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! files {
    () => {
        $crate::Files::of(&crate::module_host, &crate::mortise_files_service)
    };
}

/// What is tried first; most files of rules and settings fit.
const FIRST: usize = 16 * 1024;
const MOST: usize = sys::FILES_MAX_BYTES as usize;

impl Files {
    /// A whole file of at most 64 MiB. [`read_at`](Self::read_at) reads larger ones in parts.
    ///
    /// A file that [`write`](Self::write) replaces meanwhile is read as it was or as it is then, not a part
    /// of each.
    ///
    /// # Errors
    /// The host's message, which names the path: when there is no such file, or it may not be read, or is
    /// larger. And when the service isn't there.
    pub fn read(self, path: &str) -> Result<Vec<u8>, Error> {
        let mut capacity = FIRST;
        // From the start each time, since parts of two reads may be of two files.
        loop {
            let mut bytes = Vec::with_capacity(capacity);
            let count = self.read_into(path, 0, &mut bytes.spare_capacity_mut()[..capacity])?;
            if count < capacity {
                // SAFETY: the host has filled that many.
                unsafe { bytes.set_len(count) };
                bytes.shrink_to_fit();
                return Ok(bytes);
            }
            if capacity == MOST {
                // Full: there may be no more of it.
                if self.read_at(path, MOST as u64, &mut [0])? > 0 {
                    return Err(Error::new(format_args!("{path}: is larger than 64 MiB, which read takes")));
                }
                // SAFETY: the host has filled all of it.
                unsafe { bytes.set_len(count) };
                return Ok(bytes);
            }
            capacity = MOST.min(capacity * 8);
        }
    }

    /// A whole text, as [`read`](Self::read) reads it.
    ///
    /// # Errors
    /// As for [`read`](Self::read), and when the file isn't UTF-8.
    pub fn read_to_string(self, path: &str) -> Result<String, Error> {
        String::from_utf8(self.read(path)?).map_err(|error| Error::new(format_args!("{path}: {error}")))
    }

    /// Reads from `offset` on into a buffer of at most 64 MiB: how many bytes, 0 at the file's end.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn read_at(self, path: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, Error> {
        // SAFETY: a `u8` may be treated as one that isn't initialised, by those who never make it so.
        let buffer = unsafe { &mut *(core::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) };
        self.read_into(path, offset, buffer)
    }

    fn read_into(self, path: &str, offset: u64, buffer: &mut [MaybeUninit<u8>]) -> Result<usize, Error> {
        let files = self.bound()?;
        let (place, capacity) = (buffer.as_mut_ptr().cast(), buffer.len() as u64);
        // SAFETY: the host writes at most `capacity` bytes.
        let (count, said) = Error::asking(|error| unsafe {
            (files.table.read)(files.host, sys::Text::of(path), offset, place, capacity, error)
        });
        usize::try_from(count).map_err(|_| said())
    }

    /// Writes a whole file, in place of one that was there. Atomic: a reader sees the old bytes or the new.
    ///
    /// # Errors
    /// The host's message, which names the path: when its directory isn't there or the host's operator hasn't
    /// made it writable, or it's more than 64 MiB. And when the service isn't there.
    pub fn write(self, path: &str, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
        self.put(path, bytes.as_ref(), sys::FILES_REPLACE)
    }

    /// Writes to the end of a file, which is made when there is none.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub fn append(self, path: &str, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
        self.put(path, bytes.as_ref(), sys::FILES_APPEND)
    }

    /// Writes a file that isn't there yet.
    ///
    /// # Errors
    /// As for [`write`](Self::write), and when it's there.
    pub fn create(self, path: &str, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
        self.put(path, bytes.as_ref(), sys::FILES_CREATE)
    }

    fn put(self, path: &str, bytes: &[u8], mode: i32) -> Result<(), Error> {
        let files = self.bound()?;
        let (data, size) = (bytes.as_ptr().cast(), bytes.len() as u64);
        // SAFETY: the host has written the bytes before it returns.
        Error::check(|error| unsafe {
            (files.table.write)(files.host, sys::Text::of(path), data, size, mode, error)
        })
    }

    /// Removes a regular file.
    ///
    /// # Errors
    /// As for [`write`](Self::write), and when there is no such file.
    pub fn remove(self, path: &str) -> Result<(), Error> {
        let files = self.bound()?;
        // SAFETY: the host only reads the path.
        Error::check(|error| unsafe { (files.table.remove)(files.host, sys::Text::of(path), error) })
    }

    /// Calls `visit` with each entry of a directory, in the order of their names as bytes. A path without a
    /// slash is a named directory itself.
    ///
    /// # Errors
    /// As for [`read`](Self::read), and when there are more than 10,000 entries.
    pub fn each(self, path: &str, visit: impl FnMut(File<'_>)) -> Result<(), Error> {
        unsafe extern "C" fn call<F: FnMut(File<'_>)>(context: *mut c_void, file: *const sys::File) -> i32 {
            // SAFETY: the file lives for this call, and the context is the visitor below.
            unsafe {
                let file = &*file;
                let name = String::from_utf8_lossy(file.name.bytes());
                let kind = FileKind::of(file.kind);
                let modified = time_of(file.modified);
                Visitor::<F>::call(context, |visit| visit(File { name, kind, bytes: file.bytes, modified }))
            }
        }
        fn each<F: FnMut(File<'_>)>(files: Files, path: &str, visit: F) -> Result<(), Error> {
            let files = files.bound()?;
            let mut visitor = Visitor::new(visit);
            // SAFETY: the visitor outlives the call.
            let result = Error::check(|error| unsafe {
                (files.table.list)(files.host, sys::Text::of(path), call::<F>, visitor.context(), error)
            });
            visitor.finish();
            result
        }
        each(self, path, visit)
    }

    /// What is in a directory, as [`each`](Self::each) visits it.
    ///
    /// # Errors
    /// As for [`each`](Self::each).
    pub fn list(self, path: &str) -> Result<Vec<File<'static>>, Error> {
        let mut list = Vec::new();
        self.each(path, |file| list.push(File { name: Cow::Owned(file.name.into_owned()), ..file }))?;
        Ok(list)
    }
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File<'a> {
    /// Without its directory. What isn't UTF-8 in it is replaced by U+FFFD.
    pub name: Cow<'a, str>,
    /// What it is; links aren't followed.
    pub kind: FileKind,
    /// Its size; 0 unless it's a regular file.
    pub bytes: u64,
    /// When it was last changed.
    pub modified: SystemTime,
}

/// What an entry of a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A link, a pipe, a device…
    Other,
}

impl FileKind {
    fn of(kind: i32) -> Self {
        match kind {
            sys::FILE_REGULAR => Self::Regular,
            sys::FILE_DIRECTORY => Self::Directory,
            _ => Self::Other,
        }
    }
}
