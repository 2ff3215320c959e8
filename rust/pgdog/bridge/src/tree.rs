//! Protobuf bytes as the tree that a plugin reads.

use crate::depth;
use crate::kept::Kept;
use mortise::sys;
use pgdog_plugin::pg_query::{self, protobuf::ParseResult};
use prost::Message;
use std::fmt;
use std::panic::catch_unwind;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Messages inside each other, of which an operator has two. With it decoding, cloning and dropping a tree stay
/// within half a MiB of stack; Node.js gives a worker's thread 4 MiB.
pub const MAX_DEPTH: usize = 500;

/// How many trees are kept, and how many bytes those were made of.
const MAX_TREES: usize = 2048;
const MAX_BYTES: usize = 4 << 20;

/// Why bytes are no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTree {
    /// More than [`MAX_DEPTH`].
    TooDeep,
    /// Of another parser, or damaged.
    Unreadable,
    /// The host has none, and says why: a syntax error, a text that is too long, no parser.
    Absent(i32, String),
}

impl NoTree {
    /// What the query's client is told, as a server would.
    pub fn sqlstate(&self) -> &'static str {
        match self {
            Self::Absent(sys::SQL_SYNTAX_ERROR, _) => "42601",
            Self::Absent(sys::SQL_TOO_LONG | sys::SQL_TOO_DEEP, _) | Self::TooDeep => "54001",
            Self::Absent(..) | Self::Unreadable => "58000",
        }
    }
}

impl fmt::Display for NoTree {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooDeep => write!(to, "it is nested more than {MAX_DEPTH} deep"),
            Self::Unreadable => to.write_str("the host's is not one of libpg_query 17"),
            Self::Absent(_, why) => to.write_str(why),
        }
    }
}

/// PostgreSQL's, as this release of pg_query says it: 170007. The crate says it nowhere else.
static VERSION: LazyLock<i32> =
    LazyLock::new(|| pg_query::parse("").map_or(170_000, |parsed| parsed.protobuf.version));

/// One for the process: ids are the process's.
static KEPT: Mutex<Kept> = Mutex::new(Kept::new(MAX_TREES, MAX_BYTES));

/// The tree of that id, decoded from `bytes` unless it is still here.
pub fn tree(id: u64, bytes: &[u8]) -> Result<Arc<ParseResult>, NoTree> {
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tree) = kept().get(id) {
        return Ok(tree);
    }
    // Without the lock: two threads may both do it, and nobody waits for either.
    let tree = Arc::new(decode(bytes)?);
    let replaced = kept().keep(id, Arc::clone(&tree), bytes.len());
    // Nor does anybody wait while many are dropped.
    drop(replaced);
    Ok(tree)
}

/// A tree of its own.
pub fn decode(bytes: &[u8]) -> Result<ParseResult, NoTree> {
    depth::check(bytes, MAX_DEPTH).map_err(|_| NoTree::TooDeep)?;
    match catch_unwind(|| ParseResult::decode(bytes)) {
        // The bytes are compatible within libpg_query 17, but a plugin's own functions want their own number.
        // A host may have no bytes at all for a text without a statement.
        Ok(Ok(tree)) if tree.stmts.is_empty() || tree.version / 10_000 == *VERSION / 10_000 => {
            Ok(ParseResult { version: *VERSION, ..tree })
        }
        _ => Err(NoTree::Unreadable),
    }
}

/// How many trees are kept.
#[no_mangle]
pub extern "C" fn mortise_pgdog_trees() -> u64 {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(sql: &str) -> Vec<u8> {
        // Not pg_query::parse: that decodes, too.
        pg_query::parse(sql).unwrap().protobuf.encode_to_vec()
    }

    #[test]
    fn is_what_the_parser_made() {
        let sql = "SELECT * FROM orders WHERE tenant = $1 AND note LIKE 'x%'";
        assert_eq!(decode(&bytes(sql)).unwrap(), pg_query::parse(sql).unwrap().protobuf);
    }

    #[test]
    fn an_empty_text_has_no_statement() {
        assert!(decode(&[]).unwrap().stmts.is_empty());
        assert!(decode(&bytes("")).unwrap().stmts.is_empty());
        assert!(decode(&bytes("-- nothing")).unwrap().stmts.is_empty());
    }

    #[test]
    fn a_tree_of_another_release_can_be_made_text_again() {
        let mut parsed = pg_query::parse("SELECT a FROM t").unwrap().protobuf;
        parsed.version = 170_001;
        assert_eq!(decode(&parsed.encode_to_vec()).unwrap().deparse().unwrap(), "SELECT a FROM t");
        parsed.version = 160_001;
        assert_eq!(decode(&parsed.encode_to_vec()).unwrap_err(), NoTree::Unreadable);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let good = bytes("SELECT a FROM t");
        assert_eq!(decode(&good[..good.len() - 1]).unwrap_err(), NoTree::Unreadable);
        assert_eq!(decode(&[0xff; 40]).unwrap_err(), NoTree::Unreadable);
    }

    /// A small stack: Node.js gives a worker 4 MiB, of which JavaScript takes a part.
    fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap()
    }

    fn operators(count: usize) -> String {
        format!("SELECT 1{}", " + 1".repeat(count))
    }

    #[test]
    fn more_operators_than_prost_allows_by_default() {
        let bytes = bytes(&operators(200));
        let tree = on_small_stack(move || {
            let tree = decode(&bytes).unwrap();
            drop(tree.clone());
            tree
        });
        assert_eq!(tree.stmts.len(), 1);
    }

    #[test]
    fn what_is_too_deep_is_refused_before_it_is_decoded() {
        let bytes = bytes(&operators(800));
        assert_eq!(on_small_stack(move || decode(&bytes)).unwrap_err(), NoTree::TooDeep);
    }

    #[test]
    fn is_decoded_once() {
        let bytes = bytes("SELECT 'once'");
        let first = tree(u64::MAX, &bytes).unwrap();
        // Not even read again.
        let second = tree(u64::MAX, &[]).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
    }
}
