use crate::sys;

/// Whether a text has a tree, and why it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It has one.
    Parsed,
    /// The summary's message and position say what and where.
    SyntaxError,
    /// It is longer than the host parses.
    TooLong,
    /// It is nested more deeply than the host parses.
    TooDeep,
    /// The host has no parser, or it failed; the summary's message says why.
    NoTree,
    /// Something that this release doesn't know: there is no tree.
    Other(i32),
}

impl Outcome {
    pub(super) fn of(outcome: i32) -> Self {
        match outcome {
            sys::SQL_PARSED => Self::Parsed,
            sys::SQL_SYNTAX_ERROR => Self::SyntaxError,
            sys::SQL_TOO_LONG => Self::TooLong,
            sys::SQL_TOO_DEEP => Self::TooDeep,
            sys::SQL_NO_TREE => Self::NoTree,
            other => Self::Other(other),
        }
    }

    pub(crate) fn as_sys(self) -> i32 {
        match self {
            Self::Parsed => sys::SQL_PARSED,
            Self::SyntaxError => sys::SQL_SYNTAX_ERROR,
            Self::TooLong => sys::SQL_TOO_LONG,
            Self::TooDeep => sys::SQL_TOO_DEEP,
            Self::NoTree => sys::SQL_NO_TREE,
            Self::Other(other) => other,
        }
    }
}
