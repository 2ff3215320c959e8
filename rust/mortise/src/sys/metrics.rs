//! `metrics.h`: the service `mortise.metrics` 1.0.

use super::{Host, Text};
use core::mem::{offset_of, size_of};

/// `mortise_metric`: owned by the host, valid until fini returns.
#[repr(C)]
pub struct Metric {
    opaque: [u8; 0],
}

/// `mortise_metrics_v1`: the table of `mortise.metrics` 1.0.
#[repr(C)]
pub struct MetricsV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// A number that only grows; null when it can't be. \[any-thread\]
    pub counter: unsafe extern "C" fn(host: *const Host, name: Text, help: Text) -> *mut Metric,
    /// A number that goes up and down; null when it can't be. \[any-thread\]
    pub gauge: unsafe extern "C" fn(host: *const Host, name: Text, help: Text) -> *mut Metric,
    /// Counts of values at or under each of `count` growing bounds; null when it can't be. \[any-thread\]
    pub histogram: unsafe extern "C" fn(
        host: *const Host,
        name: Text,
        help: Text,
        bounds: *const f64,
        count: u32,
    ) -> *mut Metric,
    /// Adds to a counter. \[any-thread\]
    pub add: unsafe extern "C" fn(host: *const Host, metric: *mut Metric, amount: u64),
    /// Sets a gauge. \[any-thread\]
    pub set: unsafe extern "C" fn(host: *const Host, metric: *mut Metric, value: f64),
    /// Counts a value in a histogram. \[any-thread\]
    pub observe: unsafe extern "C" fn(host: *const Host, metric: *mut Metric, value: f64),
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<MetricsV1>() == 56);
    assert!(offset_of!(MetricsV1, counter) == 8);
    assert!(offset_of!(MetricsV1, gauge) == 16);
    assert!(offset_of!(MetricsV1, histogram) == 24);
    assert!(offset_of!(MetricsV1, add) == 32);
    assert!(offset_of!(MetricsV1, set) == 40);
    assert!(offset_of!(MetricsV1, observe) == 48);
};
