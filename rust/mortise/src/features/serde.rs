//! The configuration as a struct of the plugin's own.

use crate::config::{Config, List, Table, Value};
use crate::error::Error;
use ::serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use ::serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use ::serde::forward_to_deserialize_any;
use std::fmt::{self, Display};

impl<'a> Config<'a> {
    /// The whole configuration as a type that derives serde's `Deserialize`. Needs the feature `serde`.
    ///
    /// A value that doesn't fit is refused as the getters refuse one: the plugin fails with a message that names the
    /// value and its key, whatever its init returns. Give the struct `#[serde(deny_unknown_fields)]`: nobody else looks
    /// for misspelt keys, because reading the whole configuration counts as asking for every value.
    ///
    /// ```standalone_crate
    /// use mortise::prelude::*;
    /// use serde::Deserialize;
    /// use std::sync::OnceLock;
    ///
    /// mortise::plugin!();
    ///
    /// #[derive(Deserialize)]
    /// #[serde(deny_unknown_fields)]
    /// struct Settings {
    ///     column: String,
    ///     #[serde(default)]
    ///     tables: Vec<String>,
    ///     limits: Option<Limits>,
    /// }
    ///
    /// #[derive(Deserialize)]
    /// #[serde(deny_unknown_fields)]
    /// struct Limits {
    ///     rows: u32,
    /// }
    ///
    /// static SETTINGS: OnceLock<Settings> = OnceLock::new();
    ///
    /// #[mortise::init]
    /// fn init(host: &Host) -> mortise::Result {
    ///     let settings = host.config().read()?;
    ///     SETTINGS.get_or_init(|| settings);
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// What doesn't fit, with its key: "limits.rows must fit: invalid value: integer `-1`, expected u32".
    pub fn read<T: Deserialize<'a>>(&self) -> Result<T, Error> {
        let root = self.get("").unwrap_or(Value::Table(Table::EMPTY));
        T::deserialize(Reader(root)).map_err(|Refusal { path, rule }| {
            if path.is_empty() {
                return Error::new(format_args!("the configuration must fit: {rule}"));
            }
            let rule = format!("must fit: {rule}");
            self.refuse(&path, &rule);
            Error::new(format_args!("{path} {rule}"))
        })
    }
}

/// Why a value was refused, and where it stands: the path grows from its end, as the error goes up.
#[derive(Debug)]
struct Refusal {
    path: String,
    rule: String,
}

impl Refusal {
    fn inside_key(mut self, key: &str) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{key}{separator}{}", self.path);
        self
    }

    fn inside_item(mut self, index: usize) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("[{index}]{separator}{}", self.path);
        self
    }
}

impl Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.rule)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: Display>(rule: T) -> Self {
        Self { path: String::new(), rule: rule.to_string() }
    }
}

struct Reader<'a>(Value<'a>);

impl<'a> Deserializer<'a> for Reader<'a> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            Value::Boolean(boolean) => visitor.visit_bool(boolean),
            Value::Integer(integer) => visitor.visit_i64(integer),
            Value::Double(number) => visitor.visit_f64(number),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(list) => visitor.visit_seq(Items { list, next: 0 }),
            Value::Table(table) => visitor.visit_map(Members { table, next: 0 }),
            Value::Other(_) => Err(de::Error::custom("is of a type that this plugin doesn't know")),
        }
    }

    /// What stands there is there: what is left out never comes here.
    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.0 {
            Value::Text(text) => visitor.visit_enum(IntoDeserializer::<Refusal>::into_deserializer(text)),
            Value::Table(table) if table.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Members { table, next: 0 }))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        <W: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a> {
    list: List<'a>,
    next: usize,
}

impl<'a> de::SeqAccess<'a> for Items<'a> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let index = self.next;
        let Some(item) = self.list.get(index) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(Reader(item)).map(Some).map_err(|refusal| refusal.inside_item(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.next)
    }
}

struct Members<'a> {
    table: Table<'a>,
    next: usize,
}

impl<'a> de::MapAccess<'a> for Members<'a> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some((key, _)) = self.table.at(self.next) else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
            .map_err(|refusal: Refusal| refusal.inside_key(key))
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let (key, value) = self.table.at(self.next).ok_or_else(|| de::Error::custom("has no value"))?;
        self.next += 1;
        seed.deserialize(Reader(value)).map_err(|refusal: Refusal| refusal.inside_key(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.table.len() - self.next)
    }
}
