use super::items::{Block, Table};
use super::lists::Lists;
use crate::context::Context;
use crate::sys;
use core::fmt;

/// A column beside a value. A list, as of IN, a BETWEEN and a row are several.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    raw: &'a sys::SqlComparison,
    lists: Lists<'a>,
}

/// Where a comparison stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// Anywhere else.
    Other,
    /// WHERE.
    Where,
    /// ON.
    Join,
    /// HAVING.
    Having,
    /// A column of an INSERT and a value that it gets.
    Values,
    /// A column of an UPDATE, also of ON CONFLICT or MERGE, and its new value.
    Set,
}

/// What a column is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Value<'a> {
    /// An expression whose value the text doesn't tell.
    Other,
    /// A bind parameter: 1 is `$1`.
    Parameter(u32),
    /// The digits of an integer of at most 32 bits, with a sign when it is negative.
    Integer(&'a str),
    /// A number of any other form, also a larger integer.
    Decimal(&'a str),
    /// A string.
    Text(&'a str),
    /// TRUE or FALSE.
    Boolean(bool),
    /// Bits as libpg_query has them: `b101`, `x1F`.
    Bits(&'a str),
    /// NULL.
    Null,
    /// DEFAULT.
    Default,
}

impl<'a> Value<'a> {
    /// The value as an integer, wherever it stands: a number or a text of digits in the SQL, or a bind parameter of
    /// `context`. `None` for what is no integer.
    ///
    /// ```
    /// use mortise::sql::Value;
    /// use mortise::testing::Query;
    ///
    /// let query = Query::new("SELECT … WHERE tenant = $1").text("42");
    /// assert_eq!(query.ask(|context| Value::Parameter(1).as_i64(context)), Some(42));
    /// assert_eq!(query.ask(|context| Value::Integer("-7").as_i64(context)), Some(-7));
    /// assert_eq!(query.ask(|context| Value::Parameter(2).as_i64(context)), None);
    /// ```
    #[must_use]
    pub fn as_i64(self, context: &Context) -> Option<i64> {
        match self {
            Self::Parameter(number) => context.parameter_i64(number.checked_sub(1)? as usize),
            Self::Integer(digits) | Self::Decimal(digits) | Self::Text(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The value as a text, wherever it stands: a literal's text, or a bind parameter in text format. `None` for an
    /// expression, for NULL, DEFAULT, TRUE and FALSE.
    #[must_use]
    pub fn as_str(self, context: &'a Context) -> Option<&'a str> {
        match self {
            Self::Parameter(number) => context.parameters().get(number.checked_sub(1)? as usize)?.as_str(),
            Self::Integer(text) | Self::Decimal(text) | Self::Text(text) | Self::Bits(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn of(raw: &'a sys::SqlComparison, lists: Lists<'a>) -> Self {
        Self { raw, lists }
    }

    /// The column's name.
    #[must_use]
    pub fn column(self) -> &'a str {
        // SAFETY: the host's texts live as long as the call.
        unsafe { self.raw.column.utf8() }
    }

    /// What stands before the column, as written: `orders`, `o`. Empty: nothing.
    #[must_use]
    pub fn qualifier(self) -> &'a str {
        // SAFETY: as above.
        unsafe { self.raw.qualifier.utf8() }
    }

    /// Whose column it is: by its qualifier, or because the block has no other table. `None`: the text doesn't tell.
    #[must_use]
    pub fn table(self) -> Option<Table<'a>> {
        Table::at(self.lists, self.raw.table)
    }

    /// `=`, `<>`, `<`, `IS`, `IS NOT`, `IS DISTINCT FROM`, `~~` for LIKE …, the column at its left. With its schema,
    /// `x.=`, when it isn't PostgreSQL's own.
    #[must_use]
    pub fn operation(self) -> &'a str {
        // SAFETY: as above.
        unsafe { self.raw.operation.utf8() }
    }

    /// What the column is compared with.
    #[must_use]
    pub fn value(self) -> Value<'a> {
        // SAFETY: as above.
        let value = unsafe { self.raw.value.utf8() };
        match self.raw.type_ {
            sys::SQL_VALUE_PARAMETER => Value::Parameter(self.raw.parameter),
            sys::SQL_VALUE_INTEGER => Value::Integer(value),
            sys::SQL_VALUE_DECIMAL => Value::Decimal(value),
            sys::SQL_VALUE_TEXT => Value::Text(value),
            sys::SQL_VALUE_BOOLEAN => Value::Boolean(value == "true"),
            sys::SQL_VALUE_BITS => Value::Bits(value),
            sys::SQL_VALUE_NULL => Value::Null,
            sys::SQL_VALUE_DEFAULT => Value::Default,
            _ => Value::Other,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn place(self) -> Place {
        match self.raw.place {
            sys::SQL_IN_WHERE => Place::Where,
            sys::SQL_IN_JOIN => Place::Join,
            sys::SQL_IN_HAVING => Place::Having,
            sys::SQL_IN_VALUES => Place::Values,
            sys::SQL_IN_SET => Place::Set,
            _ => Place::Other,
        }
    }

    /// Whether it holds for every row that its block reads or changes: only AND stands above it, and inner joins or
    /// the side of an outer join that keeps all its rows. Of a [`group`](Self::group) one holds.
    #[must_use]
    pub fn is_certain(self) -> bool {
        self.raw.flags & sys::SQL_CERTAIN != 0
    }

    /// Whether the value is an array or a subquery, of which one element is meant: `column = ANY($1)`.
    #[must_use]
    pub fn is_any(self) -> bool {
        self.raw.flags & sys::SQL_ARRAY != 0
    }

    /// The same, but every element is meant: `column <> ALL($1)`.
    #[must_use]
    pub fn is_all(self) -> bool {
        self.raw.flags & sys::SQL_ARRAY_ALL != 0
    }

    /// Whether it isn't this value alone: its [`group`](Self::group) has others.
    #[must_use]
    pub fn is_alternative(self) -> bool {
        self.raw.flags & sys::SQL_ALTERNATIVE != 0
    }

    /// Comparisons of one group are alternatives: the values of one IN, or of one column in the rows of an INSERT.
    #[must_use]
    pub fn group(self) -> u32 {
        self.raw.group
    }

    /// The block that it stands in.
    #[must_use]
    pub fn block(self) -> Option<Block<'a>> {
        Block::at(self.lists, self.raw.block)
    }

    /// Whether it stands in this block itself, not in one within it.
    #[must_use]
    pub fn is_in(self, block: Block<'_>) -> bool {
        block.is_at(self.raw.block)
    }
}

impl fmt::Debug for Comparison<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Comparison")
            .field("column", &self.column())
            .field("operation", &self.operation())
            .field("value", &self.value())
            .field("place", &self.place())
            .finish_non_exhaustive()
    }
}

/// For summaries that unit tests make: type, number of the parameter, and text.
pub(crate) fn value_as_sys(value: Value<'_>) -> (i32, u32, &str) {
    match value {
        Value::Other => (sys::SQL_VALUE_OTHER, 0, ""),
        Value::Parameter(number) => (sys::SQL_VALUE_PARAMETER, number, ""),
        Value::Integer(digits) => (sys::SQL_VALUE_INTEGER, 0, digits),
        Value::Decimal(digits) => (sys::SQL_VALUE_DECIMAL, 0, digits),
        Value::Text(text) => (sys::SQL_VALUE_TEXT, 0, text),
        Value::Boolean(boolean) => (sys::SQL_VALUE_BOOLEAN, 0, if boolean { "true" } else { "false" }),
        Value::Bits(bits) => (sys::SQL_VALUE_BITS, 0, bits),
        Value::Null => (sys::SQL_VALUE_NULL, 0, ""),
        Value::Default => (sys::SQL_VALUE_DEFAULT, 0, ""),
    }
}

pub(crate) fn place_as_sys(place: Place) -> i32 {
    match place {
        Place::Other => sys::SQL_IN_OTHER,
        Place::Where => sys::SQL_IN_WHERE,
        Place::Join => sys::SQL_IN_JOIN,
        Place::Having => sys::SQL_IN_HAVING,
        Place::Values => sys::SQL_IN_VALUES,
        Place::Set => sys::SQL_IN_SET,
    }
}
