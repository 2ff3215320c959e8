use crate::bound::handle;
use crate::error::Error;
use crate::sys;
use crate::visit::Visitor;
use core::ffi::c_void;
use core::mem::MaybeUninit;

handle! {
    /// The service `mortise.state`, from [`state!`](crate::state!): bytes under keys that outlive the
    /// plugin's code. A plugin that is stopped and loaded again in the same host finds what it put there;
    /// nothing is written to disk. Any thread.
    State: StateV1, "mortise.state"
}

/// The service `mortise.state` as [`State`], on any thread. Needs `mortise::require!(state, 1, 0);` or
/// `mortise::want!(state, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
/// mortise::require!(state, 1, 0);
///
/// #[mortise::init]
/// fn init() -> Result<(), Error> {
///     let state = mortise::state!();
///     let starts = state.get("starts").and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes);
///     state.put("starts", (starts + 1).to_le_bytes())
/// }
/// # fn main() { assert_eq!(init().unwrap_err().message(), "there is no mortise.state here") }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! state {
    () => {
        $crate::State::of(&crate::module_host, &crate::mortise_state_service)
    };
}

/// Values up to this size are read at once.
const SMALL: usize = 256;

impl State {
    /// A copy of the value; `None` when there is none, or the service isn't there.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Vec<u8>> {
        let mut small = [const { MaybeUninit::<u8>::uninit() }; SMALL];
        let mut size = self.copy(key, &mut small)?;
        if size <= SMALL {
            // SAFETY: the host has filled that many.
            return Some(unsafe { core::slice::from_raw_parts(small.as_ptr().cast(), size) }.to_vec());
        }
        // Until it fits: another thread may put a larger one meanwhile.
        loop {
            let mut value = Vec::with_capacity(size);
            size = self.copy(key, value.spare_capacity_mut())?;
            if size <= value.capacity() {
                // SAFETY: the host has filled that many.
                unsafe { value.set_len(size) };
                return Some(value);
            }
        }
    }

    /// Copies as much of the value into `buffer` as fits, without an allocation: the size of the whole value,
    /// or `None` as for [`get`](Self::get).
    ///
    /// ```standalone_crate
    /// # mortise::plugin!();
    /// # mortise::require!(state, 1, 0);
    /// # fn main() {
    /// let mut position = [0; 8];
    /// if mortise::state!().get_into("position", &mut position) == Some(8) {
    ///     // as it was put
    /// }
    /// # }
    /// ```
    pub fn get_into(self, key: &str, buffer: &mut [u8]) -> Option<usize> {
        // SAFETY: a `u8` may be treated as one that isn't initialised, by those who never make it so.
        self.copy(key, unsafe { &mut *(core::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) })
    }

    fn copy(self, key: &str, buffer: &mut [MaybeUninit<u8>]) -> Option<usize> {
        let state = self.0?;
        let (place, capacity) = (buffer.as_mut_ptr().cast(), buffer.len() as u64);
        // SAFETY: the host writes at most `capacity` bytes.
        let size = unsafe { (state.table.get)(state.host, sys::Text::of(key), place, capacity) };
        usize::try_from(size).ok()
    }

    /// Keeps a copy of the value, in place of one that was there.
    ///
    /// # Errors
    /// The host's message when the key is empty or longer than 255 bytes, or the plugin's keys and values,
    /// with 128 bytes for each, would be more than 16 MiB; the old value then stays. And when the service isn't there.
    pub fn put(self, key: &str, value: impl AsRef<[u8]>) -> Result<(), Error> {
        let (state, value) = (self.bound()?, value.as_ref());
        let (bytes, size) = (value.as_ptr().cast(), value.len() as u64);
        // SAFETY: the host copies key and value before it returns.
        Error::check(|error| unsafe { (state.table.put)(state.host, sys::Text::of(key), bytes, size, error) })
    }

    /// Removes a key with its value; whether there was one.
    pub fn remove(self, key: &str) -> bool {
        // SAFETY: the host only reads the key.
        self.0.is_some_and(|state| unsafe { (state.table.remove)(state.host, sys::Text::of(key)) } == sys::OK)
    }

    /// Calls `visit` with each key that is there now and the size of its value, in the order of the keys as
    /// bytes. It may put and remove.
    pub fn each(self, visit: impl FnMut(&str, usize)) {
        unsafe extern "C" fn call<F: FnMut(&str, usize)>(
            context: *mut c_void,
            key: sys::Text,
            bytes: u64,
        ) -> i32 {
            // SAFETY: the key lives for this call, and the context is the visitor below.
            unsafe {
                let key = String::from_utf8_lossy(key.bytes());
                Visitor::<F>::call(context, |visit| visit(&key, bytes as usize))
            }
        }
        fn each<F: FnMut(&str, usize)>(state: State, visit: F) {
            let Some(state) = state.0 else { return };
            let mut visitor = Visitor::new(visit);
            // SAFETY: the visitor outlives the call.
            unsafe { (state.table.each)(state.host, call::<F>, visitor.context()) };
            visitor.finish();
        }
        each(self, visit);
    }

    /// The keys that are there, in their order as bytes.
    #[must_use]
    pub fn keys(self) -> Vec<String> {
        let mut keys = Vec::new();
        self.each(|key, _| keys.push(key.to_owned()));
        keys
    }
}
