/** The part of a service's Rust module that is the same for every function. */

/** What only some services need. */
export interface Parts {
  /** The type of a table that may lack later functions; undefined when there are none. */
  older: string | undefined;
  hasMainThread: boolean;
  hasCallbacks: boolean;
}

export function support(service: string, major: number, parts: Parts): string {
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
    unsafe { ::core::slice::from_raw_parts(data, size as usize) }
}

/// # Safety
/// \`data\` must be null or point at \`size\` bytes that nobody else uses for \`'a\`.
unsafe fn room<'a>(data: *mut u8, size: u64) -> &'a mut [u8] {
    if data.is_null() || size == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { ::core::slice::from_raw_parts_mut(data, size as usize) }
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
    if status == sys::OK { Ok(()) } else { Err(::std::format!("the service answered {status}").into()) }
}
${parts.hasMainThread ? mainThread(service, major) : ''}${parts.hasCallbacks ? called(service) : ''}
/// Runs what a plugin wrote. When it panics: what to tell the caller, which the host's log has then.
fn guarded<T>(function: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let said = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
            (Some(text), _) => text,
            (_, Some(text)) => text.as_str(),
            _ => "no message",
        };
        let message = ::std::format!("{function} panicked: {said}");
        ::core::mem::forget(panic); // dropping it may panic again
        self::log(&::std::format!("${service}: {message}"));
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

fn explained(status: i32, error: &sys::Error) -> Result<(), Error> {
    if status == sys::OK {
        return Ok(());
    }
    let message = error.message.split(|byte| *byte == 0).next().unwrap_or_default();
    Err(String::from_utf8_lossy(message).into())
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
${parts.older === undefined ? '' : later(parts.older)}`;
}

const mainThread = (service: string, major: number) => `
/// Whether functions that are tagged \\[main-thread\\] may be called on this thread: a plugin that provides the
/// service may rely on that. Where the host does, it takes calls on any thread, and hands them on or refuses them.
fn may_call() -> bool {
    // SAFETY: the plugin's own host lives while its code runs.
    unsafe { ::mortise::__private::may_call(self::host(), "${service}", ${major}) }
}

fn elsewhere(function: &str) -> String {
    ::std::format!("${service}: {function} is called on the main thread, after the plugin's register or init began")
}

/// The same for the log, once, where a function has no other way to say it.
fn say_elsewhere(function: &str, said: &AtomicBool) {
    if !said.swap(true, Ordering::Relaxed) {
        self::log(&self::elsewhere(function));
    }
}
`;

const called = (service: string) => `
/// What ended the closures of one call, until C has returned.
#[derive(Default)]
struct Stopped {
    panicked: Cell<bool>,
    panic: Cell<Option<Box<dyn Any + Send>>>,
    error: Cell<Option<Error>>,
}

impl Stopped {
    /// Lets a panic of a closure go on, and answers the first error of one.
    fn finish(self) -> Result<(), Error> {
        if let Some(panic) = self.panic.take() {
            resume_unwind(panic);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The same for functions that can't say why they failed.
    fn finish_and_log(self, function: &str) {
        if let Err(error) = self.finish() {
            self::log(&::std::format!("${service}: a callback of {function} failed: {error}"));
        }
    }
}

/// A closure that C calls for the length of one call.
struct Called<'a, F: ?Sized> {
    name: &'static str,
    /// Taken out while it runs: whoever it calls may call it again.
    closure: Cell<Option<&'a mut F>>,
    stopped: &'a Stopped,
}

impl<'a, F: ?Sized> Called<'a, F> {
    fn new(name: &'static str, closure: &'a mut F, stopped: &'a Stopped) -> Self {
        Self { name, closure: Cell::new(Some(closure)), stopped }
    }

    /// None when it isn't run to its end: it runs already, or a closure of this call has panicked.
    fn call<T>(&self, call: impl FnOnce(&mut F) -> T) -> Option<T> {
        if self.stopped.panicked.get() {
            return None;
        }
        let Some(closure) = self.closure.take() else {
            self::log(&::std::format!("${service}: {} was called again while it ran", self.name));
            return None;
        };
        match catch_unwind(AssertUnwindSafe(|| call(&mut *closure))) {
            Ok(answer) => {
                self.closure.set(Some(closure));
                Some(answer)
            }
            // One that it called may have panicked before.
            Err(panic) if self.stopped.panicked.replace(true) => {
                ::core::mem::forget(panic); // dropping it may panic again
                None
            }
            Err(panic) => {
                self.stopped.panic.set(Some(panic));
                None
            }
        }
    }

    /// What C gets of a closure that may fail; the first error is kept for the caller.
    fn status(&self, answer: Option<Result<(), Error>>) -> i32 {
        match answer {
            Some(Ok(())) => sys::OK,
            Some(Err(error)) => {
                let first = self.stopped.error.take();
                self.stopped.error.set(Some(first.unwrap_or(error)));
                sys::ERROR
            }
            None => sys::ERROR,
        }
    }
}
`;

const later = (table: string) => `
/// A function that a later minor appended; None when the table ends before it.
///
/// # Safety
/// A table that doesn't must have an F, or null, at that offset.
unsafe fn later<F: Copy>(table: &${table}, offset: usize) -> Option<F> {
    const { ::core::assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    if (table.size as usize) < offset + size_of::<F>() {
        return None;
    }
    // The reference covers less than that; the table lies in memory of the host's, or in that of a Table, both of
    // which are exposed.
    let address = ::core::ptr::from_ref(table).addr() + offset;
    // SAFETY: the caller's promise.
    unsafe { ::core::ptr::with_exposed_provenance::<Option<F>>(address).read() }
}
`;
