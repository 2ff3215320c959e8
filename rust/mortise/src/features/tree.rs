//! Trees as the types of the crate `pg_query`.

use crate::error::Error;
use crate::sql::Tree;
use pg_query::protobuf::ParseResult;
use prost::Message;

impl Tree<'_> {
    #[doc = include_str!("tree.md")]
    ///
    /// # Errors
    /// Why there is no tree; or why its bytes are none, as when a text nests more deeply than `prost` reads.
    pub fn decode(self) -> Result<ParseResult, Error> {
        let bytes = self.bytes().ok_or_else(|| Error::new(format_args!("{}", self.message())))?;
        ParseResult::decode(bytes)
            .map_err(|error| Error::new(format_args!("the tree can't be read: {error}")))
    }
}
