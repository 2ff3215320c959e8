use crate::bound::{Bound, handle};
use crate::sys;
use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

handle! {
    /// The service `mortise.memory`, from [`memory!`](crate::memory!): memory that the host counts per
    /// plugin, and that plugins may hand to each other. What a plugin hasn't released when its fini returns
    /// is reported as a leak. Any thread.
    ///
    /// A plugin may as well use `Vec` and `Box`; the host then knows nothing of it.
    Memory: MemoryV1, "mortise.memory"
}

/// The service `mortise.memory` as [`Memory`], on any thread. Needs `mortise::require!(memory, 1, 0);` or
/// `mortise::want!(memory, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::require!(memory, 1, 0);
///
/// # fn main() {
/// if let Some(mut block) = mortise::memory!().allocate(4096) {
///     block[0] = 1;
/// } // given back here
/// # }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! memory {
    () => {
        $crate::Memory::of(&crate::module_host, &crate::mortise_memory_service)
    };
}

impl Memory {
    /// A block of that many bytes, all 0, aligned for any type of C; `None` when there is no memory, for more
    /// than 64 GiB, and where the service isn't there.
    #[must_use]
    pub fn allocate(self, bytes: usize) -> Option<Block> {
        // SAFETY: all of it is written.
        unsafe { self.block(bytes, |place| place.write_bytes(0, bytes)) }
    }

    /// A block with a copy of the bytes; `None` as for [`allocate`](Self::allocate).
    #[must_use]
    pub fn copy_of(self, bytes: &[u8]) -> Option<Block> {
        // SAFETY: all of it is written, and a new block can't overlap.
        unsafe {
            self.block(bytes.len(), |place| place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()))
        }
    }

    /// # Safety
    /// `fill` must write all of the bytes.
    unsafe fn block(self, size: usize, fill: impl FnOnce(*mut u8)) -> Option<Block> {
        let memory = self.0.filter(|_| isize::try_from(size).is_ok())?;
        // SAFETY: any thread may ask.
        let data = NonNull::new(unsafe { (memory.table.allocate)(memory.host, size as u64) })?.cast();
        fill(data.as_ptr());
        Some(Block { memory, data, size })
    }

    /// Takes over a block from [`Block::into_raw`], or of another plugin; `None` where the service isn't
    /// there.
    ///
    /// # Safety
    /// `data` must be a block of `mortise.memory`, nobody else may use or release it any more, and its first
    /// `bytes` must be there and have values.
    #[must_use]
    pub unsafe fn take_over(self, data: NonNull<u8>, bytes: usize) -> Option<Block> {
        Some(Block { memory: self.0?, data, size: bytes })
    }
}

/// Bytes of the host's memory, from [`Memory::allocate`]; given back when dropped, which must be before fini
/// returns.
pub struct Block {
    memory: Bound<sys::MemoryV1>,
    data: NonNull<u8>,
    size: usize,
}

// SAFETY: the block has no other owner, and any thread may release it.
unsafe impl Send for Block {}
// SAFETY: a shared block only hands out &[u8].
unsafe impl Sync for Block {}

impl Block {
    /// Makes it larger, with zeros at its end, or smaller. `false`, with the block left as it was, when there
    /// is no memory or it would have more than 64 GiB.
    #[must_use]
    pub fn resize(&mut self, bytes: usize) -> bool {
        if isize::try_from(bytes).is_err() {
            return false;
        }
        let Bound { table, host } = self.memory;
        // SAFETY: the block is this service's, and ours.
        let data = unsafe { (table.reallocate)(host, self.data.as_ptr().cast(), bytes as u64) };
        let Some(data) = NonNull::new(data) else { return false };
        self.data = data.cast();
        if bytes > self.size {
            // SAFETY: the block has that many bytes now.
            unsafe { self.data.as_ptr().add(self.size).write_bytes(0, bytes - self.size) };
        }
        self.size = bytes;
        true
    }

    /// Lets go of the block, which whoever receives it gives back: [`Memory::take_over`], or the C service's
    /// `release`.
    #[must_use]
    pub fn into_raw(self) -> NonNull<u8> {
        ManuallyDrop::new(self).data
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the block is ours, and all of its bytes have values.
        unsafe { core::slice::from_raw_parts(self.data.as_ptr(), self.size) }
    }
}

impl DerefMut for Block {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the block is ours, and all of its bytes have values.
        unsafe { core::slice::from_raw_parts_mut(self.data.as_ptr(), self.size) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block is this service's, and nobody uses it any more.
        unsafe { (self.memory.table.release)(self.memory.host, self.data.as_ptr().cast()) }
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Block({} bytes)", self.size)
    }
}
