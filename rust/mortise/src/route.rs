use crate::reason::Reason;
use crate::sys;
use core::fmt;

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
///
/// A query that is blocked may have a reason, which its client reads:
///
/// ```
/// use mortise::prelude::*;
///
/// fn route(context: &Context) -> Route {
///     let tenant = context.parameters().get(0).and_then(|p| p.as_i64());
///     match tenant {
///         Some(42) => Route::block().because("tenant 42 is being moved, try again in a minute").sqlstate("57P03"),
///         Some(tenant) => Route::direct(tenant as u64 % context.shards()),
///         None => Route::unknown(),
///     }
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct Route {
    shard: Shard,
    read_write: ReadWrite,
    /// Out of the way: few queries are blocked, and an answer stays three words without one.
    reason: Option<Box<Reason>>,
}

impl Route {
    /// The whole answer at once.
    #[inline]
    pub const fn new(shard: Shard, read_write: ReadWrite) -> Self {
        Self { shard, read_write, reason: None }
    }

    /// No opinion: the next plugin is asked.
    #[inline]
    pub const fn unknown() -> Self {
        Self::new(Shard::Unknown, ReadWrite::Unknown)
    }

    /// To none: the query is refused. [`because`](Self::because) says why.
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

    /// Why a query is blocked, for its client: anything that can be displayed, `format_args!` too. Cut after 255
    /// bytes, or before a zero byte. An answer that blocks nothing has no reason, and stays as it is.
    pub fn because(mut self, message: impl fmt::Display) -> Self {
        if let Some(reason) = self.block_reason() {
            reason.message = message.to_string();
        }
        self
    }

    /// The SQLSTATE that the client gets: five upper-case letters and digits of a class of errors. Without it that is
    /// 42501, insufficient privilege; the host reports another text as the plugin's error, and takes 42501. An
    /// answer that blocks nothing stays as it is.
    pub fn sqlstate(mut self, code: &str) -> Self {
        if let Some(reason) = self.block_reason() {
            code.clone_into(&mut reason.sqlstate);
        }
        self
    }

    /// What [`because`](Self::because) and [`sqlstate`](Self::sqlstate) were given.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_deref()
    }

    fn block_reason(&mut self) -> Option<&mut Reason> {
        match self.shard {
            Shard::Blocked => Some(self.reason.get_or_insert_default()),
            _ => None,
        }
    }

    /// Writes the answer into the host's struct, and says what `module_route` then returns.
    ///
    /// # Safety
    /// `route` must point at a `mortise_route` that nobody else uses.
    #[inline]
    pub(crate) unsafe fn write(self, route: *mut sys::Route) -> i32 {
        let (target, shard) = match self.shard {
            Shard::Unknown => (sys::TARGET_UNKNOWN, 0),
            Shard::Direct(shard) => (sys::TARGET_DIRECT, shard),
            Shard::All => (sys::TARGET_ALL, 0),
            Shard::Blocked => (sys::TARGET_BLOCKED, 0),
        };
        let access = match self.read_write {
            ReadWrite::Unknown => sys::ACCESS_UNKNOWN,
            ReadWrite::Read => sys::ACCESS_READ,
            ReadWrite::Write => sys::ACCESS_WRITE,
        };
        // SAFETY: the caller's promise. No reference is made: the host leaves the ends of the texts unwritten.
        unsafe {
            (*route).target = target;
            (*route).shard = shard;
            (*route).read_write = access;
            if let Some(reason) = self.reason {
                reason.write(route);
            }
        }
        let decides = target != sys::TARGET_UNKNOWN || access != sys::ACCESS_UNKNOWN;
        if decides { sys::OK } else { sys::PASS }
    }
}
