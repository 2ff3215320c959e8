use super::lists::Lists;
use crate::{ReadWrite, sys};
use core::fmt;

/// What a statement or a block is. [`Statement::node`] says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// VACUUM, REINDEX, CHECKPOINT, DISCARD …, and what this release doesn't know.
    Other,
    /// SELECT; VALUES and TABLE, too.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// MERGE.
    Merge,
    /// COPY.
    Copy,
    /// TRUNCATE.
    Truncate,
    /// CALL and DO.
    Call,
    /// EXPLAIN.
    Explain,
    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT …
    Transaction,
    /// SET and RESET.
    Set,
    /// SHOW.
    Show,
    /// PREPARE.
    Prepare,
    /// EXECUTE.
    Execute,
    /// DEALLOCATE.
    Deallocate,
    /// DECLARE, FETCH, MOVE, CLOSE.
    Cursor,
    /// LISTEN, UNLISTEN, NOTIFY.
    Listen,
    /// LOCK.
    Lock,
    /// CREATE, ALTER, DROP and what else changes the schema, roles or rights.
    Define,
}

impl Kind {
    fn of(kind: i32) -> Self {
        match kind {
            sys::SQL_SELECT => Self::Select,
            sys::SQL_INSERT => Self::Insert,
            sys::SQL_UPDATE => Self::Update,
            sys::SQL_DELETE => Self::Delete,
            sys::SQL_MERGE => Self::Merge,
            sys::SQL_COPY => Self::Copy,
            sys::SQL_TRUNCATE => Self::Truncate,
            sys::SQL_CALL => Self::Call,
            sys::SQL_EXPLAIN => Self::Explain,
            sys::SQL_TRANSACTION => Self::Transaction,
            sys::SQL_SET => Self::Set,
            sys::SQL_SHOW => Self::Show,
            sys::SQL_PREPARE => Self::Prepare,
            sys::SQL_EXECUTE => Self::Execute,
            sys::SQL_DEALLOCATE => Self::Deallocate,
            sys::SQL_CURSOR => Self::Cursor,
            sys::SQL_LISTEN => Self::Listen,
            sys::SQL_LOCK => Self::Lock,
            sys::SQL_DEFINE => Self::Define,
            _ => Self::Other,
        }
    }
}

/// The other way round, for summaries that unit tests make.
pub(crate) fn kind_as_sys(kind: Kind) -> i32 {
    (sys::SQL_OTHER..=sys::SQL_DEFINE).find(|number| Kind::of(*number) == kind).unwrap_or(sys::SQL_OTHER)
}

pub(crate) fn use_as_sys(usage: Use) -> i32 {
    match usage {
        Use::Read => sys::SQL_USE_READ,
        Use::Write => sys::SQL_USE_WRITE,
        Use::Define => sys::SQL_USE_DEFINE,
        Use::Other(other) => other,
    }
}

/// How a table is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Use {
    /// Rows are read.
    Read,
    /// Rows are added, changed, removed or locked.
    Write,
    /// It is made, altered or dropped.
    Define,
    /// Something that this release doesn't know.
    Other(i32),
}

pub(super) fn access(access: i32) -> ReadWrite {
    match access {
        sys::ACCESS_READ => ReadWrite::Read,
        sys::ACCESS_WRITE => ReadWrite::Write,
        _ => ReadWrite::Unknown,
    }
}

macro_rules! item {
    ($(#[$about:meta])* $item:ident: $raw:ident in $list:ident { $($field:ident),* }) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub struct $item<'a> {
            raw: &'a sys::$raw,
            lists: Lists<'a>,
        }

        impl<'a> $item<'a> {
            pub(super) fn of(raw: &'a sys::$raw, lists: Lists<'a>) -> Self {
                Self { raw, lists }
            }

            #[allow(dead_code, reason = "not every item is found by its place")]
            pub(super) fn at(lists: Lists<'a>, index: u32) -> Option<Self> {
                lists.$list().get(index as usize).map(|raw| Self { raw, lists })
            }
        }

        impl fmt::Debug for $item<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .debug_struct(stringify!($item))
                    $(.field(stringify!($field), &self.$field()))*
                    .finish_non_exhaustive()
            }
        }
    };
}

item! {
    /// A statement; a text may have several.
    Statement: SqlStatement in statements { kind, sql }
}

item! {
    /// A statement or a query within it: the place in which names of tables are known.
    Block: SqlBlock in blocks { kind }
}

item! {
    /// A table, view, sequence or index by name. Names are as PostgreSQL has them: folded to lower case unless quoted.
    Table: SqlTable in tables { schema, name, usage }
}

item! {
    /// A function that is called.
    Function: SqlFunction in functions { schema, name }
}

macro_rules! texts {
    ($($(#[$about:meta])* $name:ident)*) => {
        $(
            $(#[$about])*
            #[must_use]
            pub fn $name(self) -> &'a str {
                // SAFETY: the host's texts live as long as the call.
                unsafe { self.raw.$name.utf8() }
            }
        )*
    };
}

impl<'a> Statement<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::of(self.raw.kind)
    }

    /// Whether it reads or writes. A SELECT reads, whatever its functions do, unless it locks rows or something in its
    /// WITH writes; BEGIN, SET, EXECUTE and their like are unknown.
    #[must_use]
    pub fn access(self) -> ReadWrite {
        access(self.raw.access)
    }

    /// Its blocks, the outermost first.
    pub fn blocks(self) -> impl Iterator<Item = Block<'a>> {
        let Self { raw, lists } = self;
        (0..raw.block_count).filter_map(move |index| Block::at(lists, raw.first_block.checked_add(index)?))
    }

    texts! {
        /// libpg_query's name: `SelectStmt`.
        node
        /// Its part of the text, without blanks and `;` around it.
        sql
    }
}

macro_rules! clauses {
    ($($(#[$about:meta])* $name:ident = $flag:ident)*) => {
        $(
            $(#[$about])*
            #[must_use]
            pub fn $name(self) -> bool {
                self.raw.flags & sys::$flag != 0
            }
        )*
    };
}

impl<'a> Block<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::of(self.raw.kind)
    }

    /// The statement that it stands in.
    #[must_use]
    pub fn statement(self) -> Option<Statement<'a>> {
        Statement::at(self.lists, self.raw.statement)
    }

    /// The block around it; `None` for a statement's outermost.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        Self::at(self.lists, self.raw.parent)
    }

    /// The tables that stand in it, those of blocks within it not among them.
    pub fn tables(self) -> impl Iterator<Item = Table<'a>> {
        self.lists
            .tables()
            .iter()
            .map(move |raw| Table::of(raw, self.lists))
            .filter(move |table| table.is_in(self))
    }

    /// Whether it is the block at this index.
    pub(super) fn is_at(self, index: u32) -> bool {
        self.lists.blocks().get(index as usize).is_some_and(|raw| core::ptr::eq(raw, self.raw))
    }

    clauses! {
        /// WHERE.
        has_where = SQL_HAS_WHERE
        /// LIMIT or FETCH FIRST.
        has_limit = SQL_HAS_LIMIT
        /// OFFSET.
        has_offset = SQL_HAS_OFFSET
        /// ORDER BY.
        has_order_by = SQL_HAS_ORDER_BY
        /// GROUP BY.
        has_group_by = SQL_HAS_GROUP_BY
        /// HAVING.
        has_having = SQL_HAS_HAVING
        /// DISTINCT.
        has_distinct = SQL_HAS_DISTINCT
        /// A window function.
        has_window = SQL_HAS_WINDOW
        /// UNION, INTERSECT or EXCEPT: its sides are blocks of their own.
        has_set = SQL_HAS_SET
        /// WITH: each of its queries is a block of its own.
        has_with = SQL_HAS_WITH
        /// RETURNING.
        has_returning = SQL_HAS_RETURNING
        /// INSERT and COPY: it names its columns.
        has_columns = SQL_HAS_COLUMNS
        /// ON CONFLICT.
        has_conflict = SQL_HAS_CONFLICT
        /// FOR UPDATE, FOR NO KEY UPDATE.
        has_for_update = SQL_HAS_FOR_UPDATE
        /// FOR SHARE, FOR KEY SHARE.
        has_for_share = SQL_HAS_FOR_SHARE
        /// SELECT INTO: it makes a table.
        has_into = SQL_HAS_INTO
        /// VALUES lists, of a block of their own or of an INSERT.
        has_values = SQL_HAS_VALUES
    }
}

impl<'a> Table<'a> {
    /// How it is used.
    #[must_use]
    pub fn usage(self) -> Use {
        match self.raw.usage {
            sys::SQL_USE_READ => Use::Read,
            sys::SQL_USE_WRITE => Use::Write,
            sys::SQL_USE_DEFINE => Use::Define,
            other => Use::Other(other),
        }
    }

    /// The block that it stands in.
    #[must_use]
    pub fn block(self) -> Option<Block<'a>> {
        Block::at(self.lists, self.raw.block)
    }

    fn is_in(self, block: Block<'_>) -> bool {
        block.is_at(self.raw.block)
    }

    texts! {
        /// Its database; empty when not given.
        catalog
        /// Its schema; empty when not given.
        schema
        /// Its name.
        name
        /// The name that it has in its block; empty when not given.
        alias
    }
}

impl<'a> Function<'a> {
    /// The block that it stands in.
    #[must_use]
    pub fn block(self) -> Option<Block<'a>> {
        Block::at(self.lists, self.raw.block)
    }

    clauses! {
        /// `count(*)`.
        has_star = SQL_FUNCTION_STAR
        /// DISTINCT before its arguments: it is an aggregate.
        has_distinct = SQL_FUNCTION_DISTINCT
        /// ORDER BY behind its arguments, or WITHIN GROUP: it is an aggregate.
        has_order_by = SQL_FUNCTION_ORDER_BY
        /// FILTER: it is an aggregate.
        has_filter = SQL_FUNCTION_FILTER
        /// OVER: it is a window function.
        has_over = SQL_FUNCTION_OVER
    }

    texts! {
        /// Its schema; empty when not given. Those behind a grammar of their own have `pg_catalog`.
        schema
        /// Its name.
        name
    }
}
