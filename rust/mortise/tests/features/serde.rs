//! The configuration as a struct.

use crate::host::{HOST, refused, start, with_config};
use mortise::{Host, sys};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A value as a configuration has it; leaked, as a host's lives as long as the plugin.
enum Given {
    Boolean(bool),
    Integer(i64),
    Double(f64),
    Text(&'static str),
    List(Vec<Given>),
    Table(Vec<(&'static str, Given)>),
    Odd,
}
use Given::{Boolean, Double, Integer, List, Odd, Table, Text};

fn leak(given: Given) -> sys::Value {
    let value = |type_, count: usize, data| sys::Value { type_, count: count as u32, data };
    match given {
        Boolean(boolean) => value(sys::VALUE_BOOLEAN, 0, sys::ValueData { boolean: boolean.into() }),
        Integer(integer) => value(sys::VALUE_INTEGER, 0, sys::ValueData { integer }),
        Double(number) => value(sys::VALUE_DOUBLE, 0, sys::ValueData { number }),
        Text(text) => value(sys::VALUE_TEXT, 0, sys::ValueData { text: sys::Text::of(text) }),
        Odd => value(77, 0, sys::ValueData { integer: 0 }),
        List(items) => {
            let items: Vec<_> = items.into_iter().map(leak).collect();
            value(sys::VALUE_LIST, items.len(), sys::ValueData { items: items.leak().as_ptr() })
        }
        Table(members) => {
            let member = |(key, value)| sys::Member { key: sys::Text::of(key), value: leak(value) };
            let members: Vec<_> = members.into_iter().map(member).collect();
            value(sys::VALUE_TABLE, members.len(), sys::ValueData { members: members.leak().as_ptr() })
        }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    column: String,
    #[serde(default)]
    tables: Vec<String>,
    limits: Option<Limits>,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    weights: BTreeMap<String, f64>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    rows: u32,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Step(u8, bool);

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Hash,
    Range {
        size: u64,
    },
}

/// What init would get, and what the host was told.
fn read<T: for<'a> Deserialize<'a>>(given: Option<Given>) -> (Result<T, String>, Vec<String>) {
    start();
    let root = given.map(leak);
    let read = with_config(root.as_ref().map_or(std::ptr::null(), std::ptr::from_ref), || {
        // SAFETY: Host is transparent, and this is the table of a host.
        let host: &Host = unsafe { &*(&raw const HOST).cast() };
        host.config().read::<T>().map_err(|error| error.to_string())
    });
    (read, refused())
}

#[test]
fn every_kind_of_value() {
    let given = Table(vec![
        ("column", Text("tenant")),
        ("tables", List(vec![Text("orders"), Text("items")])),
        (
            "limits",
            Table(vec![
                ("rows", Integer(7)),
                (
                    "steps",
                    List(vec![List(vec![Integer(1), Boolean(true)]), List(vec![Integer(2), Boolean(false)])]),
                ),
            ]),
        ),
        ("mode", Table(vec![("range", Table(vec![("size", Integer(3))]))])),
        ("weights", Table(vec![("a", Double(0.5)), ("b", Integer(2))])),
    ]);
    let settings = Settings {
        column: "tenant".into(),
        tables: vec!["orders".into(), "items".into()],
        limits: Some(Limits { rows: 7, steps: vec![Step(1, true), Step(2, false)] }),
        mode: Mode::Range { size: 3 },
        weights: BTreeMap::from([("a".into(), 0.5), ("b".into(), 2.0)]),
    };
    assert_eq!(read(Some(given)), (Ok(settings), vec![]));
    let little =
        read::<Settings>(Some(Table(vec![("column", Text("c")), ("mode", Text("hash"))]))).0.unwrap();
    assert_eq!((little.limits, little.mode, little.tables.len()), (None, Mode::Hash, 0));
    assert_eq!(read::<BTreeMap<String, i64>>(None), (Ok(BTreeMap::new()), vec![]));
}

#[test]
fn what_does_not_fit_is_named() {
    let column = || ("column", Text("c"));
    let limits = |members| Table(vec![column(), ("limits", Table(members))]);
    let steps = |step| {
        limits(vec![("rows", Integer(1)), ("steps", List(vec![List(vec![Integer(1), Boolean(true)]), step]))])
    };
    let refusals = [
        (None, "", "missing field `column`"),
        (Some(Table(vec![("column", Integer(3))])), "column", "invalid type: integer `3`, expected a string"),
        (
            Some(limits(vec![("rows", Integer(-1))])),
            "limits.rows",
            "invalid value: integer `-1`, expected u32",
        ),
        (Some(limits(vec![])), "limits", "missing field `rows`"),
        (
            Some(limits(vec![("rowz", Integer(1))])),
            "limits.rowz",
            "unknown field `rowz`, expected `rows` or `steps`",
        ),
        (
            Some(steps(List(vec![Integer(256), Boolean(true)]))),
            "limits.steps[1][0]",
            "invalid value: integer `256`, expected u8",
        ),
        (Some(steps(Text("x"))), "limits.steps[1]", "invalid type: string \"x\", expected tuple struct Step"),
        (
            Some(Table(vec![column(), ("mode", Text("hush"))])),
            "mode",
            "unknown variant `hush`, expected `hash` or `range`",
        ),
        (
            Some(Table(vec![column(), ("mode", Table(vec![("range", Table(vec![("size", Text("x"))]))]))])),
            "mode.range.size",
            "invalid type: string \"x\", expected u64",
        ),
        (
            Some(Table(vec![column(), ("weights", Odd)])),
            "weights",
            "is of a type that this plugin doesn't know",
        ),
    ];
    for (given, path, rule) in refusals {
        let (read, told) = read::<Settings>(given);
        let subject = if path.is_empty() { "the configuration" } else { path };
        assert_eq!(read.unwrap_err(), format!("{subject} must fit: {rule}"));
        // The host names the value; it has no name for the whole.
        let expected = if path.is_empty() { vec![] } else { vec![format!("{path}: must fit: {rule}")] };
        assert_eq!(told, expected);
    }
}
