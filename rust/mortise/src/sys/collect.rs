//! `collect.h`: the service `mortise.collect` 1.0.

use super::{Error, Host, Member, Text};
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// Bytes of each part of an identity, a source's name, a key of metadata.
pub const COLLECT_NAME_BYTES: usize = 127;
/// Bytes of a name or group of callbacks.
pub const COLLECT_CALLBACK_BYTES: usize = 63;
/// Values of one data set.
pub const COLLECT_VALUES: u32 = 256;
/// Members beside one value or notification.
pub const COLLECT_METADATA: u32 = 256;
/// Bytes of a text in metadata; a notification's message is cut there.
pub const COLLECT_TEXT_BYTES: usize = 4096;
/// Callbacks that one plugin may have at a time.
pub const COLLECT_CALLBACKS_MAX: u32 = 4096;

/// Only grows, and starts again at 0 when it is full.
pub const COLLECT_COUNTER: i32 = 0;
/// As it is now; NaN: unknown.
pub const COLLECT_GAUGE: i32 = 1;
/// How fast it changes is of interest; may fall.
pub const COLLECT_DERIVE: i32 = 2;
/// What came since the last time.
pub const COLLECT_ABSOLUTE: i32 = 3;

/// Somebody should do something.
pub const COLLECT_FAILURE: i32 = 1;
/// Somebody should look.
pub const COLLECT_WARNING: i32 = 2;
/// It is well again.
pub const COLLECT_OKAY: i32 = 4;

/// `read`.
pub const COLLECT_READ: u32 = 1;
/// `write`.
pub const COLLECT_WRITE: u32 = 2;
/// `flush`.
pub const COLLECT_FLUSH: u32 = 4;
/// `log`.
pub const COLLECT_LOG: u32 = 8;
/// `notified`.
pub const COLLECT_NOTIFIED: u32 = 16;
/// `missing`.
pub const COLLECT_MISSING: u32 = 32;
/// `shutdown`.
pub const COLLECT_SHUTDOWN: u32 = 64;

/// `mortise_collect_value`: its source says which member. Frozen for the ABI's major.
#[repr(C)]
#[derive(Clone, Copy)]
pub union CollectValue {
    /// [`COLLECT_COUNTER`].
    pub counter: u64,
    /// [`COLLECT_GAUGE`].
    pub gauge: f64,
    /// [`COLLECT_DERIVE`].
    pub derive: i64,
    /// [`COLLECT_ABSOLUTE`].
    pub absolute: u64,
}

/// `mortise_collect_source`: what one value of a data set is. Frozen for the ABI's major.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectSource {
    /// Of the value: "rx".
    pub name: Text,
    /// `COLLECT_COUNTER` …
    pub kind: i32,
    /// 0.
    pub reserved: u32,
    /// NaN: no limit.
    pub min: f64,
    /// NaN: no limit.
    pub max: f64,
}

/// `mortise_collect_set`: what the values of one type are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectSet {
    /// Bytes of this struct.
    pub size: u32,
    /// Of sources.
    pub count: u32,
    /// "if_octets".
    pub type_: Text,
    /// `count` of them.
    pub sources: *const CollectSource,
}

/// `mortise_collect_identity`: what a series is called. Frozen for the ABI's major.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectIdentity {
    /// The machine.
    pub host: Text,
    /// Who read it.
    pub plugin: Text,
    /// May be empty.
    pub plugin_instance: Text,
    /// Of a data set.
    pub type_: Text,
    /// May be empty.
    pub type_instance: Text,
}

/// `mortise_collect_report`: what a reader dispatches.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectReport {
    /// Bytes of this struct.
    pub size: u32,
    /// Of values.
    pub count: u32,
    /// An empty host is this machine's name, an empty plugin this plugin's.
    pub identity: CollectIdentity,
    /// `count` of them.
    pub values: *const CollectValue,
    /// Nanoseconds since 1970; 0: now.
    pub time: u64,
    /// Nanoseconds; 0: the reader's.
    pub interval: u64,
    /// May be null when there are 0.
    pub metadata: *const Member,
    /// How many.
    pub metadata_count: u32,
    /// 0.
    pub reserved: u32,
}

/// `mortise_collect_series`: owned by the host, valid for the call that hands it over.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectSeries {
    /// Bytes of this struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Never another's in this host.
    pub number: u64,
    /// Its parts.
    pub identity: CollectIdentity,
    /// "host/plugin-instance/type-instance".
    pub text: Text,
    /// Valid as long as the plugin runs.
    pub set: *const CollectSet,
}

/// `mortise_collect_sample`: owned by the host, valid for that call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectSample {
    /// Bytes of this struct.
    pub size: u32,
    /// Of values and rates.
    pub count: u32,
    /// Whose they are.
    pub series: *const CollectSeries,
    /// `count` of them.
    pub values: *const CollectValue,
    /// A second; NaN where there is none yet.
    pub rates: *const f64,
    /// Nanoseconds since 1970.
    pub time: u64,
    /// Nanoseconds.
    pub interval: u64,
    /// What the reader said besides.
    pub metadata: *const Member,
    /// How many.
    pub metadata_count: u32,
    /// 0.
    pub reserved: u32,
}

/// `mortise_collect_notification`: valid for the call that hands it over.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectNotification {
    /// Bytes of this struct.
    pub size: u32,
    /// `COLLECT_FAILURE` …
    pub severity: i32,
    /// Nanoseconds since 1970; 0: now.
    pub time: u64,
    /// For a person.
    pub message: Text,
    /// Each part may be empty.
    pub identity: CollectIdentity,
    /// May be null when there are 0.
    pub metadata: *const Member,
    /// How many.
    pub metadata_count: u32,
    /// 0.
    pub reserved: u32,
}

/// `mortise_collect_read`: on a read thread, never twice at once. \[any-thread\]
pub type CollectRead = unsafe extern "C" fn(context: *mut c_void) -> i32;
/// `mortise_collect_write`: on a thread of its own, never twice at once. \[any-thread\]
pub type CollectWrite =
    unsafe extern "C" fn(context: *mut c_void, samples: *const *const CollectSample, count: u64) -> i32;
/// `mortise_collect_flush`: writes out what is held back. \[any-thread\]
pub type CollectFlush = unsafe extern "C" fn(context: *mut c_void, age: u64, identifier: Text) -> i32;
/// `mortise_collect_log`: a line that a plugin logs; must not wait. \[any-thread\]
pub type CollectLog = unsafe extern "C" fn(context: *mut c_void, severity: i32, line: Text);
/// `mortise_collect_notified`: must not wait. \[any-thread\]
pub type CollectNotified =
    unsafe extern "C" fn(context: *mut c_void, notification: *const CollectNotification) -> i32;
/// `mortise_collect_missing`: a series had nothing dispatched. \[any-thread\]
pub type CollectMissing =
    unsafe extern "C" fn(context: *mut c_void, series: *const CollectSeries, last_seen: u64) -> i32;
/// `mortise_collect_shutdown`: the last of the callbacks. \[any-thread\]
pub type CollectShutdown = unsafe extern "C" fn(context: *mut c_void) -> i32;
/// `mortise_collect_release`: none of the callbacks runs any more, nor ever will. \[any-thread\]
pub type CollectRelease = unsafe extern "C" fn(context: *mut c_void);

/// `mortise_collect_callbacks`: those that belong together.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectCallbacks {
    /// Bytes of this struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Empty: the plugin's.
    pub name: Text,
    /// Handed to each.
    pub context: *mut c_void,
    /// The place to free `context`.
    pub release: Option<CollectRelease>,
    /// Reads, and dispatches.
    pub read: Option<CollectRead>,
    /// Nanoseconds between two reads; 0: the host's.
    pub interval: u64,
    /// Of readers; may be empty.
    pub group: Text,
    /// Writes samples.
    pub write: Option<CollectWrite>,
    /// Writes out what is held back.
    pub flush: Option<CollectFlush>,
    /// A line that a plugin logs.
    pub log: Option<CollectLog>,
    /// A notification.
    pub notified: Option<CollectNotified>,
    /// A series that has gone quiet.
    pub missing: Option<CollectMissing>,
    /// The last one.
    pub shutdown: Option<CollectShutdown>,
}

/// `mortise_collect_v1`: the table of `mortise.collect` 1.0.
#[repr(C)]
pub struct CollectV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Registers callbacks: all or none. \[any-thread\]
    pub add:
        unsafe extern "C" fn(host: *const Host, callbacks: *const CollectCallbacks, error: *mut Error) -> i32,
    /// Removes callbacks, and returns when they don't run any more. \[any-thread\]
    pub remove: unsafe extern "C" fn(host: *const Host, name: Text, which: u32) -> i32,
    /// Removes the readers of a group. \[any-thread\]
    pub remove_group: unsafe extern "C" fn(host: *const Host, group: Text) -> i32,
    /// Hands over the values of one series. \[any-thread\]
    pub dispatch: unsafe extern "C" fn(host: *const Host, report: *const CollectReport) -> i32,
    /// Calls all `notified` callbacks. \[any-thread\]
    pub notify: unsafe extern "C" fn(host: *const Host, notification: *const CollectNotification) -> i32,
    /// Adds a data set. \[any-thread\]
    pub add_set: unsafe extern "C" fn(host: *const Host, set: *const CollectSet, error: *mut Error) -> i32,
    /// The data set of a type, or null. \[any-thread\]
    pub find_set: unsafe extern "C" fn(host: *const Host, type_: Text) -> *const CollectSet,
    /// How often the calling reader is asked for, in nanoseconds. \[any-thread\]
    pub interval: unsafe extern "C" fn(host: *const Host) -> u64,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<CollectV1>() == 72);
    assert!(offset_of!(CollectV1, add) == 8 && offset_of!(CollectV1, remove) == 16);
    assert!(offset_of!(CollectV1, remove_group) == 24 && offset_of!(CollectV1, dispatch) == 32);
    assert!(offset_of!(CollectV1, notify) == 40 && offset_of!(CollectV1, add_set) == 48);
    assert!(offset_of!(CollectV1, find_set) == 56 && offset_of!(CollectV1, interval) == 64);
    assert!(size_of::<CollectCallbacks>() == 120 && size_of::<CollectSample>() == 64);
    assert!(size_of::<CollectReport>() == 128 && size_of::<CollectSeries>() == 120);
    assert!(size_of::<CollectNotification>() == 128 && size_of::<CollectSource>() == 40);
};
