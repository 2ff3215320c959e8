use crate::parameter::{Format, Parameters};
use crate::sys;

/// What a plugin is told about the query that it is asked to route. Valid for that call.
///
/// [`testing::Query`](crate::testing::Query) makes one for unit tests.
#[repr(transparent)]
pub struct Context(sys::Context);

impl Context {
    /// # Safety
    /// `context` must point at a context that keeps the promises of `context.h` for `'a`.
    #[inline]
    pub(crate) unsafe fn of<'a>(context: *const sys::Context) -> &'a Self {
        // SAFETY: the caller's promise; Self is transparent.
        unsafe { &*context.cast() }
    }

    /// How many shards there are; at least 1, so that it can stand after `%`.
    #[must_use]
    #[inline]
    pub fn shards(&self) -> u64 {
        u64::from(self.0.shards.max(1))
    }

    /// Whether any shard has replicas.
    #[must_use]
    #[inline]
    pub fn has_replicas(&self) -> bool {
        self.0.has_replicas != 0
    }

    /// Whether there is a primary.
    #[must_use]
    #[inline]
    pub fn has_primary(&self) -> bool {
        self.0.has_primary != 0
    }

    /// Whether the client is inside a transaction.
    #[must_use]
    #[inline]
    pub fn in_transaction(&self) -> bool {
        self.0.in_transaction != 0
    }

    /// Whether the client asked that the query go to a primary.
    #[must_use]
    #[inline]
    pub fn write_override(&self) -> bool {
        self.0.write_override != 0
    }

    /// The query; empty when its bytes aren't UTF-8, which [`sql_bytes`](Self::sql_bytes) still hands over.
    #[must_use]
    #[inline]
    pub fn sql(&self) -> &str {
        core::str::from_utf8(self.sql_bytes()).unwrap_or_default()
    }

    /// The query's bytes, unchecked: the fastest way to look for ASCII words.
    #[must_use]
    #[inline]
    pub fn sql_bytes(&self) -> &[u8] {
        // SAFETY: the host keeps the text alive and unchanged for the call, which `self` can't outlive.
        unsafe { self.0.sql.bytes() }
    }

    /// The bind parameters, `$1` first.
    #[must_use]
    #[inline]
    pub fn parameters(&self) -> Parameters<'_> {
        // SAFETY: as for the text; a null pointer comes with a count of 0.
        unsafe { Parameters::of(self.0.parameters, self.0.parameter_count) }
    }

    /// The OID of the type that the client declared for a parameter, from 0; 0 when it declared none, and its place in
    /// the SQL says its type.
    #[must_use]
    #[inline]
    pub fn parameter_type(&self, index: usize) -> u32 {
        if index as u64 >= self.0.parameter_type_count {
            return 0;
        }
        // SAFETY: the host promises that many types for the call, which `self` can't outlive.
        unsafe { *self.0.parameter_types.add(index) }
    }

    /// The integer parameter at `index`, from 0. `None` when there is none, or when its declared type may make another
    /// value of it: the bytes of a `float8` aren't those of an integer.
    ///
    /// ```
    /// use mortise::testing::Query;
    ///
    /// let query = Query::new("SELECT $1, $2").binary(&[0, 0, 0, 42]).binary(&[0, 0, 0, 42]);
    /// // int4 and date
    /// query.types(&[23, 1082]).ask(|context| {
    ///     assert_eq!((context.parameter_i64(0), context.parameter_i64(1)), (Some(42), None));
    /// });
    /// ```
    #[must_use]
    #[inline]
    pub fn parameter_i64(&self, index: usize) -> Option<i64> {
        let parameter = self.parameters().get(index)?;
        let is_integer = match self.parameter_type(index) {
            // int8, int2, int4
            0 | 20 | 21 | 23 => true,
            // name, text, unknown, char(n), varchar, numeric
            19 | 25 | 705 | 1042 | 1043 | 1700 => parameter.format() == Format::Text,
            _ => false,
        };
        if is_integer { parameter.as_i64() } else { None }
    }

    /// The context as the host handed it over, for a parser service's functions.
    #[must_use]
    #[inline]
    pub fn as_sys(&self) -> &sys::Context {
        &self.0
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter
            .debug_struct("Context")
            .field("sql", &self.sql())
            .field("parameters", &self.parameters())
            .field("shards", &self.shards())
            .field("has_replicas", &self.has_replicas())
            .field("has_primary", &self.has_primary())
            .field("in_transaction", &self.in_transaction())
            .field("write_override", &self.write_override())
            .finish()
    }
}
