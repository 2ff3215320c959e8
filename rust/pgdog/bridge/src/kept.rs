//! Trees by the ids of their statements: the ones that were asked for last. Two generations, so that nothing needs
//! to be ordered: when the younger is full, it becomes the older, and what is left of the older goes.

use pgdog_plugin::pg_query::protobuf::ParseResult;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Ids are counted up, and need no mixing.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        // The table takes its buckets from the low bits and its tags from the high ones.
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are u64");
    }
    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

struct Entry {
    tree: Arc<ParseResult>,
    bytes: usize,
}

#[derive(Default)]
struct Generation {
    entries: HashMap<u64, Entry, BuildHasherDefault<Itself>>,
    bytes: usize,
}

/// See the top of this file.
pub struct Kept {
    /// Both together have at most twice as many.
    max_trees: usize,
    max_bytes: usize,
    /// Made when the first tree comes: a static can't hold a map.
    generations: Option<Box<[Generation; 2]>>,
}

/// Trees that were given up.
pub struct Replaced(#[allow(dead_code)] Option<Generation>);

impl Kept {
    /// Room for at least `max_trees` / 2 trees, and never more than `max_trees`, which were made of at most
    /// `max_bytes`.
    pub const fn new(max_trees: usize, max_bytes: usize) -> Self {
        Self { max_trees: max_trees / 2, max_bytes: max_bytes / 2, generations: None }
    }

    /// The tree of that id, if it is still here.
    pub fn get(&mut self, id: u64) -> Option<Arc<ParseResult>> {
        let [young, old] = &mut **self.generations.as_mut()?;
        if let Some(entry) = young.entries.get(&id) {
            return Some(Arc::clone(&entry.tree));
        }
        let entry = old.entries.remove(&id)?;
        old.bytes -= entry.bytes;
        let tree = Arc::clone(&entry.tree);
        // No room is needed for one that was here.
        young.bytes += entry.bytes;
        young.entries.insert(id, entry);
        Some(tree)
    }

    /// Keeps a tree that was made of so many bytes; one that is larger than half of the room isn't kept.
    pub fn keep(&mut self, id: u64, tree: Arc<ParseResult>, bytes: usize) -> Replaced {
        if bytes > self.max_bytes {
            return Replaced(None);
        }
        let [young, old] = &mut **self.generations.get_or_insert_with(Default::default);
        let is_full = young.entries.len() >= self.max_trees || young.bytes + bytes > self.max_bytes;
        let replaced = is_full.then(|| std::mem::replace(old, std::mem::take(young)));
        if let Some(before) = young.entries.insert(id, Entry { tree, bytes }) {
            young.bytes -= before.bytes;
        }
        young.bytes += bytes;
        Replaced(replaced)
    }

    /// How many trees are here.
    pub fn len(&self) -> usize {
        self.generations.iter().flat_map(|both| both.iter()).map(|one| one.entries.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(version: i32) -> Arc<ParseResult> {
        Arc::new(ParseResult { version, stmts: vec![] })
    }

    #[test]
    fn has_what_was_kept() {
        let mut kept = Kept::new(10, 1000);
        assert!(kept.get(1).is_none());
        kept.keep(1, tree(11), 10);
        assert_eq!(kept.get(1).unwrap().version, 11);
    }

    #[test]
    fn never_has_more_than_its_limits() {
        let mut kept = Kept::new(100, 10_000);
        for id in 0..10_000 {
            kept.keep(id, tree(0), 1);
            assert!(kept.len() <= 100);
        }
        let mut kept = Kept::new(100, 1000);
        for id in 0..10_000 {
            kept.keep(id, tree(0), 100);
            assert!(kept.len() <= 10);
        }
        kept.keep(10_000, tree(0), 501);
        assert!(kept.get(10_000).is_none());
    }

    #[test]
    fn what_is_asked_for_stays() {
        let mut kept = Kept::new(100, 10_000);
        for id in 0..10_000 {
            kept.keep(id, tree(id as i32), 1);
            assert!(kept.get(0).is_some(), "{id}");
        }
    }

    #[test]
    fn one_that_moves_to_the_young_is_counted_once() {
        let mut kept = Kept::new(4, 1000);
        for id in 0..1000 {
            kept.keep(id % 7, tree(0), 1);
            kept.get(id % 3);
            // One more than the limit for each that was taken over.
            assert!(kept.len() <= 7);
        }
    }
}
