use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Closures that the host calls later. The host gets a key and never a pointer, so whatever it does, in which
/// order, and whatever another thread cancels meanwhile, a closure that has gone is only not found.
pub(crate) struct Kept<T>(Mutex<Entries<T>>);

struct Entries<T> {
    last: usize,
    /// Without a value while it runs.
    values: BTreeMap<usize, Option<T>>,
}

impl<T> Kept<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(Entries { last: 0, values: BTreeMap::new() }))
    }

    /// No code of a plugin runs under the lock.
    fn entries(&self) -> MutexGuard<'_, Entries<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its key, which is never 0 and never given twice.
    pub fn insert(&self, value: T) -> usize {
        let mut entries = self.entries();
        loop {
            entries.last = entries.last.wrapping_add(1);
            let key = entries.last;
            // Only where addresses have 32 bits do keys come round.
            if key != 0 && !entries.values.contains_key(&key) {
                entries.values.insert(key, Some(value));
                return key;
            }
        }
    }

    /// Takes it out for good.
    pub fn remove(&self, key: usize) -> Option<T> {
        self.entries().values.remove(&key)?
    }

    /// A copy, for one that may run on several threads at once.
    pub fn copy(&self, key: usize) -> Option<T>
    where
        T: Clone,
    {
        self.entries().values.get(&key)?.clone()
    }

    /// Takes it out while it runs; `None` when it has gone, or runs already.
    pub fn borrow(&self, key: usize) -> Option<T> {
        self.entries().values.get_mut(&key)?.take()
    }

    /// Puts it back; hands it out again when it was removed meanwhile.
    pub fn give_back(&self, key: usize, value: T) -> Option<T> {
        match self.entries().values.get_mut(&key) {
            Some(place) => place.replace(value),
            None => Some(value),
        }
    }

    /// Takes all out for good.
    pub fn remove_all(&self) -> Vec<T> {
        core::mem::take(&mut self.entries().values).into_values().flatten().collect()
    }
}
