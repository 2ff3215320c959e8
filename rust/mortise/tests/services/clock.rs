//! The clock is the host's.

use crate::host::*;
use mortise::sys;
use std::time::{Duration, UNIX_EPOCH};

pub static TABLE: sys::ClockV1 = {
    unsafe extern "C" fn wall(_: *const sys::Host) -> i64 {
        -1
    }
    unsafe extern "C" fn monotonic(_: *const sys::Host) -> i64 {
        5_000_000_001
    }
    sys::ClockV1 { size: 24, reserved: 0, wall, monotonic }
};

#[test]
fn the_clock_is_the_hosts() {
    let _alone = start();
    assert_eq!(mortise::clock!().wall(), UNIX_EPOCH - Duration::from_nanos(1));
    assert_eq!(mortise::clock!().monotonic(), Duration::new(5, 1));
}
