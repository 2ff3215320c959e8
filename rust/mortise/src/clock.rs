use crate::bound::handle;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

handle! {
    /// The service `mortise.clock`, from [`clock!`](crate::clock!): what time it is. Any thread. Where the
    /// service isn't there, as in unit tests, the system's own clocks answer.
    Clock: ClockV1, "mortise.clock"
}

/// The service `mortise.clock` as [`Clock`], on any thread. Needs `mortise::require!(clock, 1, 0);` or
/// `mortise::want!(clock, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::require!(clock, 1, 0);
///
/// # fn main() {
/// let clock = mortise::clock!();
/// let start = clock.monotonic();
/// // … work …
/// let taken = clock.monotonic() - start;
/// assert!(taken.as_secs() < 5 && clock.wall() > std::time::UNIX_EPOCH);
/// # }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! clock {
    () => {
        $crate::Clock::of(&crate::module_host, &crate::mortise_clock_service)
    };
}

impl Clock {
    /// The time of day. Jumps when somebody sets the clock: not for durations.
    #[must_use]
    pub fn wall(self) -> SystemTime {
        match self.0 {
            // SAFETY: any thread may ask.
            Some(clock) => time_of(unsafe { (clock.table.wall)(clock.host) }),
            None => SystemTime::now(),
        }
    }

    /// The time since some moment of the past. Never goes back: for durations, as differences.
    #[must_use]
    pub fn monotonic(self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match self.0 {
            // SAFETY: any thread may ask.
            Some(clock) => Duration::from_nanos(unsafe { (clock.table.monotonic)(clock.host) }.max(0) as u64),
            None => START.get_or_init(Instant::now).elapsed(),
        }
    }
}

/// The moment that lies so many nanoseconds after 1970-01-01 UTC, or before it.
pub(crate) fn time_of(nanoseconds: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanoseconds.unsigned_abs());
    let time = if nanoseconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}
