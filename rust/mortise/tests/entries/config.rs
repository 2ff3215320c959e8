//! The host and its configuration, as init reads them.

use crate::host::{LEASES, REFUSED, integer, text, value, with_host};
use crate::*;
use mortise::{Lease, Value};

#[test]
fn the_host_and_its_configuration_are_readable() {
    let list = [integer(1), text("two"), value(sys::VALUE_DOUBLE, 0, sys::ValueData { number: 3.5 })];
    let members = [
        sys::Member { key: sys::Text::of("a"), value: value(1, 0, sys::ValueData { boolean: 1 }) },
        sys::Member { key: sys::Text::of("b"), value: integer(-4) },
    ];
    let values = [
        ("n", integer(-3)),
        ("d", value(sys::VALUE_DOUBLE, 0, sys::ValueData { number: 0.5 })),
        ("yes", value(sys::VALUE_BOOLEAN, 0, sys::ValueData { boolean: 1 })),
        ("t", text("text")),
        ("list", value(sys::VALUE_LIST, 3, sys::ValueData { items: list.as_ptr() })),
        ("table", value(sys::VALUE_TABLE, 2, sys::ValueData { members: members.as_ptr() })),
        ("none", value(sys::VALUE_LIST, 0, sys::ValueData { items: std::ptr::null() })),
        ("odd", value(99, 0, sys::ValueData { integer: 0 })),
    ];
    with_host(&values, |raw| {
        // SAFETY: Host is transparent, and this is the thread of the host.
        let host: &Host = unsafe { &*(&raw const *raw).cast() };
        assert_eq!((host.plugin(), host.version(), host.abi()), ("tester", "0.9.1", (1, 4)));
        assert_eq!(host.path(), std::path::Path::new("/plugins/libtester.so"));

        let config = host.config();
        assert_eq!((config.i64("n", 1), config.i64("absent", 1)), (-3, 1));
        assert_eq!((config.f64("n", 1.0), config.f64("d", 1.0), config.f64("absent", 1.0)), (-3.0, 0.5, 1.0));
        assert_eq!((config.bool("yes", false), config.bool("absent", true)), (true, true));
        assert_eq!((config.string("t", "x"), config.string("absent", "x")), ("text", "x"));
        assert_eq!(
            format!("{:?}", config.list("list").unwrap()),
            r#"[Integer(1), Text("two"), Double(3.5)]"#
        );
        let (list, mut seen) = (config.list("list").unwrap(), Vec::new());
        for value in &list {
            seen.push(format!("{value:?}"));
        }
        for value in list {
            seen.push(format!("{value:?}"));
        }
        assert_eq!((seen.len(), seen[1].as_str(), seen[..3] == seen[3..]), (6, r#"Text("two")"#, true));
        assert!(config.list("absent").is_none() && config.list("none").unwrap().is_empty());
        let table = config.table("table").unwrap();
        assert_eq!(format!("{table:?}"), r#"{"a": Boolean(true), "b": Integer(-4)}"#);
        let mut keys = Vec::new();
        for (key, _) in &table {
            keys.push(key);
        }
        for (key, _) in table {
            keys.push(key);
        }
        assert_eq!(keys, ["a", "b", "a", "b"]);
        assert!(matches!(table.get("b"), Some(Value::Integer(-4))) && table.get("c").is_none());
        assert!(matches!(config.get("odd"), Some(Value::Other(99))));
        assert!(REFUSED.take().is_empty());

        // A wrong type answers the fallback, and is refused with the rule that C has.
        assert_eq!(config.u64("n", 9), 9);
        assert_eq!(config.u64("t", 9), 9);
        assert_eq!(config.i64("d", 9), 9);
        assert_eq!(config.f64("t", 9.0), 9.0);
        assert!(!config.bool("n", false));
        assert_eq!(config.string("n", "x"), "x");
        assert!(config.list("table").is_none());
        assert_eq!(
            REFUSED.take(),
            [
                "n must be an integer of at least 0",
                "t must be an integer of at least 0",
                "d must be an integer",
                "t must be a number",
                "n must be true or false",
                "n must be a string",
                "table must be a list",
            ]
        );

        let lease: Lease<PriceRule> = host.get_service().unwrap();
        assert_eq!((lease.size, LEASES.get()), (8, 1));
        drop(lease);
        assert_eq!(LEASES.get(), 0);
        assert!(host.get_service::<sys::LogV1>().is_none());
    });
}
