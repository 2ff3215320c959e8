use crate::sys;

/// Which shard a query goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shard {
    /// Not decided.
    #[default]
    Unknown,
    /// To this one, from 0. A number that the host doesn't have is reported and counts as unknown.
    Direct(u64),
    /// To every shard.
    All,
    /// To none: the query is refused.
    Blocked,
}

/// Whether a query reads or writes, which decides between replica and primary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadWrite {
    /// Not decided.
    #[default]
    Unknown,
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// What a plugin answers: where the query goes.
///
/// The first plugin of the chain whose answer has a shard or a read-write that isn't unknown has decided;
/// later ones aren't asked.
///
/// ```
/// use mortise::prelude::*;
///
/// assert_eq!(Route::direct(3), Route::new(Shard::Direct(3), ReadWrite::Unknown));
/// assert_eq!(Route::default(), Route::unknown());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct Route {
    shard: Shard,
    read_write: ReadWrite,
}

impl Route {
    /// The whole answer at once.
    #[inline]
    pub const fn new(shard: Shard, read_write: ReadWrite) -> Self {
        Self { shard, read_write }
    }

    /// No opinion: the next plugin is asked.
    #[inline]
    pub const fn unknown() -> Self {
        Self::new(Shard::Unknown, ReadWrite::Unknown)
    }

    /// To none: the query is refused.
    #[inline]
    pub const fn block() -> Self {
        Self::new(Shard::Blocked, ReadWrite::Unknown)
    }

    /// To one shard, from 0; reading or writing stays open.
    #[inline]
    pub const fn direct(shard: u64) -> Self {
        Self::new(Shard::Direct(shard), ReadWrite::Unknown)
    }

    /// To every shard; reading or writing stays open.
    #[inline]
    pub const fn all() -> Self {
        Self::new(Shard::All, ReadWrite::Unknown)
    }

    /// Which shard.
    #[must_use]
    #[inline]
    pub const fn shard(&self) -> Shard {
        self.shard
    }

    /// Whether it reads or writes.
    #[must_use]
    #[inline]
    pub const fn read_write(&self) -> ReadWrite {
        self.read_write
    }

    /// Writes the answer into the host's struct, and says what `module_route` then returns.
    #[inline]
    pub(crate) fn write(self, route: &mut sys::Route) -> i32 {
        let (target, shard) = match self.shard {
            Shard::Unknown => (sys::TARGET_UNKNOWN, 0),
            Shard::Direct(shard) => (sys::TARGET_DIRECT, shard),
            Shard::All => (sys::TARGET_ALL, 0),
            Shard::Blocked => (sys::TARGET_BLOCKED, 0),
        };
        route.target = target;
        route.shard = shard;
        route.read_write = match self.read_write {
            ReadWrite::Unknown => sys::ACCESS_UNKNOWN,
            ReadWrite::Read => sys::ACCESS_READ,
            ReadWrite::Write => sys::ACCESS_WRITE,
        };
        if self == Self::unknown() { sys::PASS } else { sys::OK }
    }
}
