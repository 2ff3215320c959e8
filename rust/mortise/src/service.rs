use crate::sys;
use core::sync::atomic::{AtomicPtr, Ordering};

/// The table of a named, versioned service, for [`Host::get_service`](crate::Host::get_service) and
/// [`Host::register_service`](crate::Host::register_service).
///
/// ```
/// use mortise::sys;
///
/// /// The table of `shop.price_rule` 1.0.
/// #[repr(C)]
/// pub struct PriceRule {
///     size: u32,
///     reserved: u32,
///     apply: unsafe extern "C" fn(host: *const sys::Host, cents: i64) -> i64,
/// }
///
/// // SAFETY: this is the layout of `shop.price_rule` 1.0.
/// unsafe impl mortise::Service for PriceRule {
///     const NAME: &'static str = "shop.price_rule";
///     const MAJOR: u16 = 1;
///     const MINOR: u16 = 0;
///     const SIGNATURE: &'static str = "apply(host, cents: i64) -> i64 [main-thread]";
/// }
/// ```
///
/// # Safety
/// The type must be `#[repr(C)]`, have the layout of the named service's table at that version, and start
/// with its size as a `u32`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't the table of a service",
    label = "must implement `mortise::Service`",
    note = "`mortise headers` writes such a type for a service that TypeScript defines"
)]
pub unsafe trait Service: Sync + 'static {
    /// Dotted and lower-case; at most 63 bytes.
    const NAME: &'static str;
    /// The major version whose layout the type has.
    const MAJOR: u16;
    /// The lowest minor version that has all members of the type.
    const MINOR: u16;
    /// The functions in words, as `service.h` has it: the host compares them with the other side's. Empty: unstated,
    /// so that the service can be misread. The first parameter of every function is the caller's host.
    const SIGNATURE: &'static str;
}

macro_rules! built_in {
    ($($table:ident $name:literal $signature:expr;)*) => {
        $(
            // SAFETY: the layout test compares it with the header, whose minor 0 it is.
            unsafe impl Service for sys::$table {
                const NAME: &'static str = $name;
                const MAJOR: u16 = 1;
                const MINOR: u16 = 0;
                const SIGNATURE: &'static str = $signature;
            }
        )*
    };
}

built_in! {
    ClockV1 "mortise.clock" concat!(
        "wall(host) -> i64 [any-thread];",
        "monotonic(host) -> i64 [any-thread]",
    );
    CollectV1 "mortise.collect" concat!(
        "add(host, callbacks: const mortise_collect_callbacks *, error) -> status [any-thread];",
        "remove(host, name: mortise_text, which: u32) -> status [any-thread];",
        "remove_group(host, group: mortise_text) -> status [any-thread];",
        "dispatch(host, report: const mortise_collect_report *) -> status [any-thread];",
        "notify(host, notification: const mortise_collect_notification *) -> status [any-thread];",
        "add_set(host, set: const mortise_collect_set *, error) -> status [any-thread];",
        "find_set(host, type: mortise_text) -> const mortise_collect_set * [any-thread];",
        "interval(host) -> u64 [any-thread]",
    );
    ConfigV1 "mortise.config" concat!(
        "find(host, path: mortise_text) -> const mortise_value * [any-thread];",
        "refuse(host, path: mortise_text, rule: mortise_text) -> none [entry];",
        "find_in(host, value: const mortise_value *, path: mortise_text) -> const mortise_value * [any-thread] since 1.1;",
        "refuse_in(host, value: const mortise_value *, path: mortise_text, rule: mortise_text) -> none [entry] since 1.1",
    );
    FilesV1 "mortise.files" concat!(
        "read(host, path: mortise_text, offset: u64, buffer: void *, capacity: u64, error) -> i64 or -1 [any-thread];",
        "write(host, path: mortise_text, bytes: const void *, size: u64, mode: i32, error) -> status [any-thread];",
        "list(host, path: mortise_text, visit: mortise_files_visit, context: void *, error) -> status [any-thread];",
        "remove(host, path: mortise_text, error) -> status [any-thread]",
    );
    LogV1 "mortise.log" concat!(
        "enabled(host, severity: i32) -> bool [any-thread];",
        "write(host, severity: i32, message: mortise_text) -> none [any-thread];",
        "write_fields(host, severity: i32, message: mortise_text, fields: const mortise_member *, count: u32) -> none [any-thread] since 1.1",
    );
    MemoryV1 "mortise.memory" concat!(
        "allocate(host, bytes: u64) -> void * [any-thread];",
        "reallocate(host, block: void *, bytes: u64) -> void * [any-thread];",
        "release(host, block: void *) -> none [any-thread]",
    );
    MetricsV1 "mortise.metrics" concat!(
        "counter(host, name: mortise_text, help: mortise_text) -> mortise_metric * [any-thread];",
        "gauge(host, name: mortise_text, help: mortise_text) -> mortise_metric * [any-thread];",
        "histogram(host, name: mortise_text, help: mortise_text, bounds: const f64 *, count: u32) -> mortise_metric * [any-thread];",
        "add(host, metric: mortise_metric *, amount: u64) -> none [any-thread];",
        "set(host, metric: mortise_metric *, value: f64) -> none [any-thread];",
        "observe(host, metric: mortise_metric *, value: f64) -> none [any-thread]",
    );
    RegistryV1 "mortise.registry" concat!(
        "each(host, visit: mortise_service_visit, context: void *) -> status [any-thread];",
        "subscribe(host, name: mortise_text, version: u32, function: mortise_notice_function, context: void *, error) -> status [main-thread];",
        "unsubscribe(host, function: mortise_notice_function, context: void *) -> status [main-thread]",
    );
    SqlV1 "mortise.sql" concat!(
        "summary(host, statement: const mortise_statement *) -> const mortise_sql_summary * [any-thread];",
        "tree(host, statement: const mortise_statement *) -> const mortise_sql_tree * [any-thread];",
        "fingerprint(host, statement: const mortise_statement *, fingerprint: out u64) -> status [any-thread];",
        "normalise(host, statement: const mortise_statement *, sql: mortise_text *) -> status [any-thread]",
    );
    StateV1 "mortise.state" concat!(
        "get(host, key: mortise_text, buffer: void *, capacity: u64) -> i64 or -1 [any-thread];",
        "put(host, key: mortise_text, value: const void *, bytes: u64, error) -> status [any-thread];",
        "remove(host, key: mortise_text) -> status [any-thread];",
        "each(host, visit: mortise_state_visit, context: void *) -> status [any-thread]",
    );
    TasksV1 "mortise.tasks" concat!(
        "run_main(host, task: mortise_task, context: void *) -> u64 [any-thread];",
        "run_pool(host, task: mortise_task, context: void *) -> u64 [any-thread];",
        "start_timer(host, delay: u64, period: u64, task: mortise_task, context: void *) -> u64 [any-thread];",
        "cancel(host, number: u64) -> status [any-thread]",
    );
}

/// The cell of a service: an exported variable that holds the wanted version in the file, and the table's
/// address once the host has loaded the plugin. Made by [`require!`](crate::require) and
/// [`want!`](crate::want).
#[repr(transparent)]
pub struct Cell<T, const VERSION: u32>(AtomicPtr<T>);

impl<T, const VERSION: u32> Cell<T, VERSION> {
    /// # Safety
    /// The static that it initialises must be exported, so that the host fills it in, under the name that
    /// belongs to the table of type T; [`check`](Self::check) finds that out.
    #[doc(hidden)]
    #[must_use]
    pub const unsafe fn new() -> Self {
        Self(AtomicPtr::new(core::ptr::without_provenance_mut(VERSION as usize)))
    }

    /// The table; `None` when the plugin only wants the service and the host hasn't it, and in unit tests,
    /// where no host fills the cell. Don't keep the reference beyond fini.
    #[must_use]
    #[inline]
    pub fn get(&self) -> Option<&'static T> {
        // Acquire: a wanted cell may be filled while another thread looks, and then the table's bytes must be seen.
        let table = self.0.load(Ordering::Acquire);
        if table.is_null() || table.addr() == VERSION as usize {
            return None;
        }
        // SAFETY: the host put the address of a T there before any entry point ran.
        Some(unsafe { &*table })
    }
}

impl<T, const VERSION: u32> Cell<T, VERSION> {
    /// The signature of T. Ends the build when the cell would hold another table than a T.
    #[doc(hidden)]
    pub const fn check(name: &str) -> &'static str
    where
        T: Service,
    {
        let (major, minor) = sys::parts(VERSION);
        let table =
            Message::new("the table's type is of ").text(T::NAME).text(" ").version(T::MAJOR, T::MINOR);
        if !same(name, T::NAME) {
            panic!("{}", table.text(", not of ").text(name).text_of());
        }
        if major != T::MAJOR {
            panic!("{}", table.text(", not of ").version(major, minor).text_of());
        }
        if minor < T::MINOR {
            panic!("{}", table.text(" and has more than ").version(major, minor).text_of());
        }
        T::SIGNATURE
    }

    /// Ends the build when a module isn't called as the symbols of the service begin.
    #[doc(hidden)]
    pub const fn check_module(module: &str)
    where
        T: Service,
    {
        if !is_identifier_of(module, T::NAME, T::MAJOR) {
            let message =
                Message::new("the table of ").text(T::NAME).text(" isn't in a module of that name, but in ");
            panic!("{}", message.text(module).text(": use the form with all arguments").text_of());
        }
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b, mut index) = (a.as_bytes(), b.as_bytes(), 0);
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

/// Whether the identifier is the service's name, with `_` for dots and dashes, and from major 2 on the major behind it.
const fn is_identifier_of(identifier: &str, name: &str, major: u16) -> bool {
    let (identifier, name, mut index) = (identifier.as_bytes(), name.as_bytes(), 0);
    while index < identifier.len() && index < name.len() {
        let expected = if matches!(name[index], b'.' | b'-') { b'_' } else { name[index] };
        if identifier[index] != expected {
            return false;
        }
        index += 1;
    }
    if index < name.len() {
        return false;
    }
    if major < 2 {
        return index == identifier.len();
    }
    let mut rest = 0;
    while index < identifier.len() && identifier[index].is_ascii_digit() {
        rest = rest * 10 + (identifier[index] - b'0') as u32;
        index += 1;
    }
    index == identifier.len() && rest == major as u32
}

/// A compile error's text: formatting isn't for constants.
#[derive(Clone, Copy)]
struct Message {
    bytes: [u8; 512],
    size: usize,
}

impl Message {
    const fn new(text: &str) -> Self {
        Self { bytes: [0; 512], size: 0 }.text(text)
    }

    const fn text(mut self, text: &str) -> Self {
        let (bytes, mut index) = (text.as_bytes(), 0);
        while index < bytes.len() && self.size < self.bytes.len() {
            self.bytes[self.size] = bytes[index];
            self.size += 1;
            index += 1;
        }
        self
    }

    const fn version(self, major: u16, minor: u16) -> Self {
        self.number(major).text(".").number(minor)
    }

    const fn number(self, number: u16) -> Self {
        let digits = [b'0' + (number % 10) as u8];
        let Ok(digit) = core::str::from_utf8(&digits) else { return self };
        if number < 10 { self.text(digit) } else { self.number(number / 10).text(digit) }
    }

    const fn text_of(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.size).0) {
            Ok(text) => text,
            Err(_) => "the table's type is of another service",
        }
    }
}

impl<T: 'static, const VERSION: u32> core::fmt::Debug for Cell<T, VERSION> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let state = if self.get().is_some() { "filled" } else { "empty" };
        write!(formatter, "Cell({}.{}, {state})", VERSION >> 16, VERSION & 0xffff)
    }
}
