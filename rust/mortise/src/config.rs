use crate::sys;
use core::fmt;

/// The plugin's configuration, from [`Host::config`](crate::Host::config).
///
/// Paths are such as `tenants`, `limits.rows` or `patterns[2]`; the empty path is the whole table. The host
/// remembers which values were asked for: one that nobody asked for is reported after init as a likely
/// misspelling. A value of the wrong type is refused: the getter answers the fallback, and the plugin fails
/// with a message that names path, rule and value, whatever its init returns.
///
/// ```standalone_crate
/// use mortise::prelude::*;
///
/// mortise::plugin!();
///
/// #[mortise::init]
/// fn init(host: &Host) {
///     let config = host.config();
///     let tenants = config.u64("tenants", 4);
///     let column = config.string("column", "tenant_id").to_owned();
///     if tenants == 0 {
///         config.refuse("tenants", "must be at least 1");
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy)]
pub struct Config<'a>(&'a sys::Host);

impl<'a> Config<'a> {
    pub(crate) fn of(host: &'a sys::Host) -> Self {
        Self(host)
    }

    /// The value at `path`; `None` when there is none. Asking for a table or a list counts as asking for all
    /// inside.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Value<'a>> {
        let host: *const sys::Host = self.0;
        // SAFETY: `config` is never null, and what find answers lives until fini returns.
        unsafe { ((*(*host).config).find)(host, sys::Text::of(path)).as_ref().map(|value| Value::of(value)) }
    }

    /// Refuses the value at `path` with a rule such as "must be at least 1". The plugin then fails with
    /// MORTISE_ERR_CONFIG_VALUE, whatever its init returns.
    pub fn refuse(&self, path: &str, rule: &str) {
        let host: *const sys::Host = self.0;
        // SAFETY: `config` is never null; a Config exists only inside an entry point.
        unsafe { ((*(*host).config).refuse)(host, sys::Text::of(path), sys::Text::of(rule)) }
    }

    fn typed<T>(&self, path: &str, rule: &str, read: impl FnOnce(Value<'a>) -> Option<T>) -> Option<T> {
        let value = read(self.get(path)?);
        if value.is_none() {
            self.refuse(path, rule);
        }
        value
    }

    /// An integer, or `fallback` when the path has none.
    #[must_use]
    pub fn i64(&self, path: &str, fallback: i64) -> i64 {
        self.typed(path, "must be an integer", |value| match value {
            Value::Integer(integer) => Some(integer),
            _ => None,
        })
        .unwrap_or(fallback)
    }

    /// An integer of at least 0, or `fallback` when the path has none.
    #[must_use]
    pub fn u64(&self, path: &str, fallback: u64) -> u64 {
        self.typed(path, "must be an integer of at least 0", |value| match value {
            Value::Integer(integer) => u64::try_from(integer).ok(),
            _ => None,
        })
        .unwrap_or(fallback)
    }

    /// A number, with or without a fraction, or `fallback` when the path has none.
    #[must_use]
    pub fn f64(&self, path: &str, fallback: f64) -> f64 {
        self.typed(path, "must be a number", |value| match value {
            Value::Integer(integer) => Some(integer as f64),
            Value::Double(number) => Some(number),
            _ => None,
        })
        .unwrap_or(fallback)
    }

    /// True or false, or `fallback` when the path has none.
    #[must_use]
    pub fn bool(&self, path: &str, fallback: bool) -> bool {
        self.typed(path, "must be true or false", |value| match value {
            Value::Boolean(boolean) => Some(boolean),
            _ => None,
        })
        .unwrap_or(fallback)
    }

    /// A string, or `fallback` when the path has none.
    #[must_use]
    pub fn string(&self, path: &str, fallback: &'a str) -> &'a str {
        self.typed(path, "must be a string", |value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .unwrap_or(fallback)
    }

    /// A list, or `None` when the path has none.
    #[must_use]
    pub fn list(&self, path: &str) -> Option<List<'a>> {
        self.typed(path, "must be a list", |value| match value {
            Value::List(list) => Some(list),
            _ => None,
        })
    }

    /// A table, or `None` when the path has none.
    #[must_use]
    pub fn table(&self, path: &str) -> Option<Table<'a>> {
        self.typed(path, "must be a table", |value| match value {
            Value::Table(table) => Some(table),
            _ => None,
        })
    }
}

impl fmt::Debug for Config<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the values: reading them would count as asking for them.
        formatter.write_str("Config")
    }
}

/// One value of the configuration.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// True or false.
    Boolean(bool),
    /// A number without a fraction.
    Integer(i64),
    /// A number with a fraction.
    Double(f64),
    /// A string.
    Text(&'a str),
    /// Values without names.
    List(List<'a>),
    /// Values with names.
    Table(Table<'a>),
    /// A type that this release doesn't know.
    Other(i32),
}

impl<'a> Value<'a> {
    /// # Safety
    /// The value must keep the promises of `config.h` for `'a`.
    unsafe fn of(value: &'a sys::Value) -> Self {
        let (data, count) = (value.data, value.count as usize);
        // SAFETY: `type_` says which member of the union holds, and `count` how many it points at.
        unsafe {
            match value.type_ {
                sys::VALUE_BOOLEAN => Self::Boolean(data.boolean != 0),
                sys::VALUE_INTEGER => Self::Integer(data.integer),
                sys::VALUE_DOUBLE => Self::Double(data.number),
                sys::VALUE_TEXT => Self::Text(data.text.utf8()),
                sys::VALUE_LIST => Self::List(List(slice(data.items, count))),
                sys::VALUE_TABLE => Self::Table(Table(slice(data.members, count))),
                other => Self::Other(other),
            }
        }
    }
}

/// A list of values.
#[derive(Clone, Copy)]
pub struct List<'a>(&'a [sys::Value]);

impl<'a> List<'a> {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value at `index`, from 0; `None` when there are fewer.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value<'a>> {
        // SAFETY: values inside a value keep the same promises.
        self.0.get(index).map(|value| unsafe { Value::of(value) })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Value<'a>> + use<'a> {
        self.into_iter()
    }
}

impl<'a> IntoIterator for List<'a> {
    type Item = Value<'a>;
    type IntoIter = core::iter::Map<core::slice::Iter<'a, sys::Value>, fn(&'a sys::Value) -> Value<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        // SAFETY: values inside a value keep the same promises.
        self.0.iter().map(|value| unsafe { Value::of(value) })
    }
}

impl<'a> IntoIterator for &List<'a> {
    type Item = Value<'a>;
    type IntoIter = <List<'a> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (*self).into_iter()
    }
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// A table of named values.
#[derive(Clone, Copy)]
pub struct Table<'a>(&'a [sys::Member]);

impl<'a> Table<'a> {
    /// # Safety
    /// `members` must point at `count` members of the host's, or of a plugin's, that live for `'a`.
    pub(crate) unsafe fn of(members: *const sys::Member, count: usize) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { slice(members, count) })
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(feature = "serde")]
    pub(crate) const EMPTY: Self = Self(&[]);

    /// Key and value at `index`, from 0.
    #[cfg(feature = "serde")]
    pub(crate) fn at(&self, index: usize) -> Option<(&'a str, Value<'a>)> {
        // SAFETY: keys and values inside a value keep the same promises.
        self.0.get(index).map(|member| unsafe { (member.key.utf8(), Value::of(&member.value)) })
    }

    /// The value under a key, which is one name and no path; `None` when there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.iter().find(|member| member.0 == key).map(|member| member.1)
    }

    /// Keys and values, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a str, Value<'a>)> + use<'a> {
        self.into_iter()
    }
}

impl<'a> IntoIterator for Table<'a> {
    type Item = (&'a str, Value<'a>);
    type IntoIter =
        core::iter::Map<core::slice::Iter<'a, sys::Member>, fn(&'a sys::Member) -> (&'a str, Value<'a>)>;

    fn into_iter(self) -> Self::IntoIter {
        // SAFETY: keys and values inside a value keep the same promises.
        self.0.iter().map(|member| unsafe { (member.key.utf8(), Value::of(&member.value)) })
    }
}

impl<'a> IntoIterator for &Table<'a> {
    type Item = (&'a str, Value<'a>);
    type IntoIter = <Table<'a> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (*self).into_iter()
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// # Safety
/// `data` must point at `count` values that live and don't change for `'a`.
pub(crate) unsafe fn slice<'a, T>(data: *const T, count: usize) -> &'a [T] {
    if count == 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, count) }
}
