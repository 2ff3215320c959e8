use super::outcome::Outcome;
use crate::sys;
use core::fmt;

/// A tree as protobuf bytes: `pg_query.ParseResult` of libpg_query, of the host's parser version.
#[derive(Clone, Copy)]
pub struct Tree<'a>(pub(super) Option<&'a sys::SqlTree>);

impl<'a> Tree<'a> {
    /// Whether there is a tree.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        self.0.map_or(Outcome::NoTree, |tree| Outcome::of(tree.outcome))
    }

    /// The message `pg_query.ParseResult`; `None` when there is no tree. An empty text has one, of no statements.
    #[must_use]
    pub fn bytes(self) -> Option<&'a [u8]> {
        let tree = self.0.filter(|tree| tree.outcome == sys::SQL_PARSED)?;
        let bytes = sys::Text { data: tree.data.cast(), size: tree.bytes };
        // SAFETY: the host's bytes live as long as the call.
        Some(unsafe { bytes.bytes() })
    }

    /// Of this text's tree; no other ever has it in this process. A key for what a plugin makes of the bytes.
    #[must_use]
    pub fn id(self) -> u64 {
        self.0.map_or(0, |tree| tree.id)
    }

    /// Why there is none.
    #[must_use]
    pub fn message(self) -> &'a str {
        // SAFETY: the host's texts live as long as the call.
        self.0.map_or("there is no mortise.sql here", |tree| unsafe { tree.message.utf8() })
    }
}

impl fmt::Debug for Tree<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.bytes().map(<[u8]>::len);
        formatter.debug_struct("Tree").field("outcome", &self.outcome()).field("bytes", &size).finish()
    }
}
