/** The part of a service's Rust module that is the same for every function. */

/** @param older the type of a table that may lack later functions; undefined when there are none */
export function support(service: string, older: string | undefined): string {
  return `/// This plugin's own host table; null where no host is.
fn host() -> *const sys::Host {
    // SAFETY: the cell that mortise::plugin! makes is a transparent AtomicPtr.
    let cell = unsafe { &*(&raw const crate::module_host).cast::<AtomicPtr<sys::Host>>() };
    cell.load(Ordering::Relaxed)
}

/// # Safety
/// \`data\` must be null or point at \`size\` bytes that stay as they are for \`'a\`.
unsafe fn bytes<'a>(data: *const u8, size: u64) -> &'a [u8] {
    if data.is_null() || size == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, size as usize) }
}

/// # Safety
/// \`data\` must be null or point at \`size\` bytes that nobody else uses for \`'a\`.
unsafe fn room<'a>(data: *mut u8, size: u64) -> &'a mut [u8] {
    if data.is_null() || size == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts_mut(data, size as usize) }
}

/// # Safety
/// \`place\` must be null or point at a T.
unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) }
    }
}

fn status(status: i32) -> Result<(), Error> {
    if status == sys::OK { Ok(()) } else { Err(format!("the service answered {status}").into()) }
}

/// Runs what a plugin wrote. When it panics: what to tell the caller, which the host's log has then.
fn guarded<T>(function: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let said = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
            (Some(text), _) => text,
            (_, Some(text)) => text.as_str(),
            _ => "no message",
        };
        let message = format!("{function} panicked: {said}");
        core::mem::forget(panic); // dropping it may panic again
        self::log(&format!("${service}: {message}"));
        message
    })
}

/// A line of this plugin in the host's log, through a lease of its own: the plugin may have no cell for the log.
fn log(line: &str) {
    let host = self::host();
    if host.is_null() {
        return;
    }
    // SAFETY: the plugin's own host lives while its code runs, and answers on any thread; it has mortise.log 1.0, of
    // which alone something is read, or none.
    unsafe {
        let table = ((*host).get_service)(host, sys::Text::of("mortise.log"), sys::version(1, 0));
        let log = table.cast::<sys::LogV1>();
        if log.is_null() {
            return;
        }
        if ((*log).enabled)(host, sys::LOG_ERROR) != 0 {
            ((*log).write)(host, sys::LOG_ERROR, sys::Text::of(line));
        }
        ((*host).release_service)(host, table);
    }
}

fn no_error() -> sys::Error {
    sys::Error { size: size_of::<sys::Error>() as u32, reserved: 0, message: [0; 1024] }
}

fn said(error: &sys::Error) -> Error {
    let message = error.message.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(message).into()
}

/// # Safety
/// \`place\` must be null or point at a mortise_error.
unsafe fn say(place: *mut sys::Error, message: &str) {
    // SAFETY: the caller's promise.
    if let Some(error) = unsafe { place.as_mut() } {
        let mut size = message.len().min(error.message.len() - 1);
        while !message.is_char_boundary(size) {
            size -= 1;
        }
        error.message[..size].copy_from_slice(&message.as_bytes()[..size]);
        error.message[size] = 0;
    }
}
${older === undefined ? '' : later(older)}`;
}

const later = (table: string) => `
/// A function that a later minor appended; None when the table ends before it.
///
/// # Safety
/// A table that doesn't must have an F, or null, at that offset.
unsafe fn later<F: Copy>(table: &${table}, offset: usize) -> Option<F> {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    if (table.size as usize) < offset + size_of::<F>() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { core::ptr::from_ref(table).cast::<u8>().add(offset).cast::<Option<F>>().read() }
}
`;
