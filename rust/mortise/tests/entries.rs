//! What the macros export, called as a host calls it: panics stay inside, errors reach the host's buffer.

// The host's side of the C ABI is unsafe throughout.
#![allow(clippy::undocumented_unsafe_blocks, missing_docs)]

use mortise::prelude::*;
use mortise::testing::Query;
use mortise::{Lease, Value, sys};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, Ordering};

const NAME: &str = "test.plugin-1";

mortise::plugin!(name = NAME, version = "1.2.3-rc.1", parser = "17-6.1.0", exact_toolchain);
mortise::require!(log, 1, 0);
mortise::want!(shop_price_rule, "shop.price_rule", 2, 7, PriceRule);
mortise::provide!(shop_codec, "shop.codec", 1, 3);

#[repr(C)]
pub struct PriceRule {
    size: u32,
    reserved: u32,
}

// SAFETY: the test's own table.
unsafe impl mortise::Service for PriceRule {
    const NAME: &'static str = "shop.price_rule";
    const MAJOR: u16 = 2;
    const MINOR: u16 = 7;
    const SIGNATURE: &'static str = "";
}

static TABLE: PriceRule = PriceRule { size: 8, reserved: 0 };
static ASKED: AtomicU32 = AtomicU32::new(0);
static FINISHED: AtomicU32 = AtomicU32::new(0);

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)?;
    host.register_service(&TABLE) // a second time fails with the host's message
}

#[mortise::init]
fn init(host: &Host) -> Result<(), String> {
    let config = host.config();
    match config.string("mode", "fine") {
        "fine" => Ok(()),
        "fail" => Err("x".repeat(1022) + "é and more"),
        "panic" => panic!("mode {} in {}", "panic", host.plugin()),
        "any" => std::panic::panic_any(Bomb),
        other => Err(format!("no mode {other}")),
    }
}

#[mortise::route]
fn route(context: &Context) -> Route {
    let asked = ASKED.fetch_add(1, Ordering::Relaxed);
    mortise::debug!("asked {asked} times, {}", "x".repeat(asked as usize));
    mortise::error!("never kept {}", never());
    match context.sql() {
        "panic" => panic!("route"),
        "bomb" => std::panic::panic_any(Bomb),
        "unknown" => Route::unknown(),
        "read" => Route::new(Shard::Unknown, ReadWrite::Read),
        "block" => Route::block(),
        "because" => {
            let given =
                |index| context.parameters().get(index).and_then(|text| text.as_str()).unwrap_or_default();
            Route::block().because(given(0)).sqlstate(given(1))
        }
        "no block" => Route::all().because("no block").sqlstate("57P03"),
        "all" => Route::new(Shard::All, ReadWrite::Write),
        _ => Route::direct(7),
    }
}

#[mortise::fini]
fn fini() {
    FINISHED.fetch_add(1, Ordering::Relaxed);
    panic!("fini");
}

/// An argument of a line that isn't kept, and so not evaluated.
fn never() -> u32 {
    unreachable!()
}

/// A panic whose payload panics when it is dropped, with such a payload again.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

unsafe extern "C" {
    fn module_register(host: *const sys::Host, error: *mut sys::Error) -> i32;
    fn module_init(host: *const sys::Host, error: *mut sys::Error) -> i32;
    fn module_route(context: *const sys::Context, route: *mut sys::Route) -> i32;
    fn module_fini(host: *const sys::Host);
}

thread_local! {
    static VALUES: RefCell<Vec<(&'static str, sys::Value)>> = const { RefCell::new(Vec::new()) };
    static REFUSED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static LINES: RefCell<Vec<(i32, String)>> = const { RefCell::new(Vec::new()) };
    static REGISTERED: Cell<u32> = const { Cell::new(0) };
    static LEASES: Cell<u32> = const { Cell::new(0) };
}

fn read(text: sys::Text) -> String {
    String::from_utf8_lossy(unsafe { text.bytes() }).into_owned()
}

unsafe extern "C" fn find(_: *const sys::Host, path: sys::Text) -> *const sys::Value {
    let path = read(path);
    VALUES.with_borrow(|values| {
        values.iter().find(|(key, _)| *key == path).map_or(std::ptr::null(), |(_, value)| value)
    })
}

unsafe extern "C" fn refuse(_: *const sys::Host, path: sys::Text, rule: sys::Text) {
    REFUSED.with_borrow_mut(|refused| refused.push(format!("{} {}", read(path), read(rule))));
}

unsafe extern "C" fn get_service(
    _: *const sys::Host,
    name: sys::Text,
    version: u32,
    _: sys::Text,
) -> *const c_void {
    if read(name) == "shop.price_rule" && version == sys::version(2, 7) {
        LEASES.set(LEASES.get() + 1);
        return (&raw const TABLE).cast();
    }
    std::ptr::null()
}

unsafe extern "C" fn release_service(_: *const sys::Host, _: *const c_void) -> i32 {
    LEASES.set(LEASES.get() - 1);
    sys::OK
}

unsafe extern "C" fn register_service(
    _: *const sys::Host,
    service: *const sys::Service,
    error: *mut sys::Error,
) -> i32 {
    let service = unsafe { &*service };
    assert_eq!((read(service.name).as_str(), service.version), ("shop.price_rule", sys::version(2, 7)));
    if REGISTERED.replace(1) == 0 {
        return sys::OK;
    }
    unsafe { (&mut (*error).message)[..6].copy_from_slice(b"taken\0") };
    sys::ERROR
}

unsafe extern "C" fn unregister_service(_: *const sys::Host, _: *const c_void, _: *mut sys::Error) -> i32 {
    sys::OK
}

unsafe extern "C" fn enabled(_: *const sys::Host, severity: i32) -> i32 {
    (severity == sys::LOG_DEBUG).into()
}

unsafe extern "C" fn write(_: *const sys::Host, severity: i32, message: sys::Text) {
    LINES.with_borrow_mut(|lines| lines.push((severity, read(message))));
}

/// Calls `test` with a host of this thread whose configuration has `values`.
fn with_host(values: &[(&'static str, sys::Value)], test: impl FnOnce(&sys::Host)) {
    VALUES.set(values.to_vec());
    // Both stay, as a real host's do until fini returns: the crate keeps the address.
    let config =
        Box::leak(Box::new(sys::Config { size: size_of::<sys::Config>() as u32, reserved: 0, find, refuse }));
    let host = Box::leak(Box::new(sys::Host {
        size: size_of::<sys::Host>() as u32,
        abi: sys::version(1, 4),
        version: sys::Text::of("0.9.1"),
        plugin: sys::Text::of("tester"),
        path: sys::Text::of("/plugins/libtester.so"),
        config,
        get_service,
        release_service,
        register_service,
        unregister_service,
    }));
    test(host);
}

/// Calls module_register or module_init: what it returns, and what the error buffer says.
fn start(
    entry: unsafe extern "C" fn(*const sys::Host, *mut sys::Error) -> i32,
    values: &[(&'static str, sys::Value)],
) -> (i32, String) {
    let mut answer = (0, String::new());
    with_host(values, |host| {
        let mut error = sys::Error { size: 1032, reserved: 0, message: [0; 1024] };
        answer.0 = unsafe { entry(host, &mut error) };
        let end = error.message.iter().position(|byte| *byte == 0).expect("ends in a zero");
        answer.1 = String::from_utf8(error.message[..end].to_vec()).expect("is UTF-8");
    });
    answer
}

fn value(type_: i32, count: u32, data: sys::ValueData) -> sys::Value {
    sys::Value { type_, count, data }
}

fn text(text: &'static str) -> sys::Value {
    value(sys::VALUE_TEXT, 0, sys::ValueData { text: sys::Text::of(text) })
}

fn integer(integer: i64) -> sys::Value {
    value(sys::VALUE_INTEGER, 0, sys::ValueData { integer })
}

/// Asks module_route: what it returns, and target, shard and read-write.
fn ask(sql: &str) -> (i32, i32, u64, i32) {
    let mut route = sys::Route::default();
    let status = Query::new(sql).ask(|context| unsafe { module_route(context.as_sys(), &mut route) });
    (status, route.target, route.shard, route.read_write)
}

#[test]
fn the_constants_say_who_the_plugin_is() {
    assert_eq!(module_info.magic, *b"MORTISE\0");
    assert_eq!(module_info.size, 296);
    assert!(module_info.abi.starts_with(b"1.0\0"));
    assert!(module_info.name.starts_with(b"test.plugin-1\0"));
    assert!(module_info.version.starts_with(b"1.2.3-rc.1\0"));
    assert!(module_info.parser.starts_with(b"17-6.1.0\0"));
    assert_eq!(module_info.flags, sys::MODULE_EXACT_TOOLCHAIN);
    assert!(module_requires_mortise_log.head.name.starts_with(b"mortise.log\0"));
    assert_eq!(
        (module_requires_mortise_log.head.size, module_requires_mortise_log.head.version),
        (336, 0x1_0000)
    );
    assert!(module_requires_mortise_log.signature.starts_with(b"enabled(host, severity: i32) -> bool"));
    assert!(module_requires_mortise_log.signature.ends_with(b" since 1.1\0"));
    assert_eq!(module_requires_mortise_log.head.flags, 0);
    assert!(module_requires_shop_price_rule.head.name.starts_with(b"shop.price_rule\0"));
    assert_eq!(module_requires_shop_price_rule.head.version, 0x2_0007);
    assert_eq!(module_requires_shop_price_rule.head.flags, sys::REQUIREMENT_OPTIONAL);
    assert!(module_provides_shop_codec.head.name.starts_with(b"shop.codec\0"));
    assert_eq!(
        (module_provides_shop_codec.head.size, module_provides_shop_codec.head.version),
        (84, 0x1_0003)
    );
}

/// Blocks with a reason: what the host finds in its struct, of that size.
fn blocked(message: &str, sqlstate: &str, size: usize) -> (String, String) {
    let written = sys::Route { sqlstate: *b"xxxxxxxx", reason: [b'x'; 256], ..sys::Route::default() };
    let mut route = sys::Route { size: size as u32, ..written };
    let query = Query::new("because").text(message).text(sqlstate);
    let status = query.ask(|context| unsafe { module_route(context.as_sys(), &mut route) });
    assert_eq!((status, route.target), (sys::OK, sys::TARGET_BLOCKED));
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8(bytes[..end].to_vec()).unwrap()
    };
    (text(&route.sqlstate), text(&route.reason))
}

#[test]
fn a_reason_reaches_the_host() {
    let size = size_of::<sys::Route>();
    assert_eq!(blocked("tenant 42", "57P03", size), ("57P03".into(), "tenant 42".into()));
    assert_eq!(blocked("", "", size), (String::new(), String::new()));
    // Whole characters; what is too long stays so, for the host to refuse.
    assert_eq!(blocked(&"é".repeat(200), "57P03xxxx", size), ("57P03xx".into(), "é".repeat(127)));
    assert_eq!(blocked("cut\0here", "5\0", size), ("5".into(), "cut".into()));
    // A host of older headers has no room for it, nor for a part of it.
    for size in [24, 32, size - 1] {
        assert_eq!(blocked("tenant 42", "57P03", size), ("x".repeat(8), "x".repeat(256)));
    }
    let mut route = sys::Route::default();
    Query::new("no block").ask(|context| unsafe { module_route(context.as_sys(), &mut route) });
    assert_eq!((route.target, route.sqlstate[0], route.reason[0]), (sys::TARGET_ALL, 0, 0));
}

#[test]
fn an_init_that_fails_says_why() {
    assert_eq!(start(module_init, &[]), (sys::OK, String::new()));
    assert_eq!(start(module_init, &[("mode", text("odd"))]), (sys::ERROR, "no mode odd".into()));
    // Cut before the character that no longer fits.
    assert_eq!(start(module_init, &[("mode", text("fail"))]), (sys::ERROR, "x".repeat(1022)));
}

#[test]
fn a_panic_in_init_stays_inside() {
    let panicked = "module_init panicked: mode panic in tester";
    assert_eq!(start(module_init, &[("mode", text("panic"))]), (sys::ERROR, panicked.into()));
    let panicked = "module_init panicked: no message";
    assert_eq!(start(module_init, &[("mode", text("any"))]), (sys::ERROR, panicked.into()));
    with_host(&[("mode", text("panic"))], |host| {
        assert_eq!(unsafe { module_init(host, std::ptr::null_mut()) }, sys::ERROR);
    });
}

#[test]
fn a_register_hands_on_what_the_host_says() {
    assert_eq!(start(module_register, &[]), (sys::ERROR, "taken".into()));
}

#[test]
fn a_panic_in_fini_stays_inside() {
    with_host(&[], |host| unsafe { module_fini(host) });
    assert_eq!(FINISHED.load(Ordering::Relaxed), 1);
}

#[test]
fn answers_reach_the_host_and_lines_its_log() {
    assert_eq!(ask("SELECT"), (sys::OK, sys::TARGET_DIRECT, 7, sys::ACCESS_UNKNOWN));
    assert_eq!(ask("unknown"), (sys::PASS, sys::TARGET_UNKNOWN, 0, sys::ACCESS_UNKNOWN));
    assert_eq!(ask("read"), (sys::OK, sys::TARGET_UNKNOWN, 0, sys::ACCESS_READ));
    assert_eq!(ask("block"), (sys::OK, sys::TARGET_BLOCKED, 0, sys::ACCESS_UNKNOWN));
    assert_eq!(ask("all"), (sys::OK, sys::TARGET_ALL, 0, sys::ACCESS_WRITE));
    assert_eq!(ask("panic"), (sys::ERROR, sys::TARGET_UNKNOWN, 0, sys::ACCESS_UNKNOWN));
    assert_eq!(ask("bomb"), (sys::ERROR, sys::TARGET_UNKNOWN, 0, sys::ACCESS_UNKNOWN));
    assert!(mortise_log_service.get().is_none(), "no host has filled the cell yet");

    with_host(&[], |host| {
        // A host of 1.0: nothing lies behind the two functions.
        let log = sys::LogV1 { size: 24, reserved: 0, enabled, write };
        assert!(unsafe { log.write_fields() }.is_none());
        let fill = |host: *const sys::Host, log: *const sys::LogV1, rule: *const PriceRule| unsafe {
            (&raw const module_host).cast_mut().cast::<*const sys::Host>().write(host);
            (&raw const mortise_log_service).cast_mut().cast::<*const sys::LogV1>().write(log);
            (&raw const shop_price_rule_service).cast_mut().cast::<*const PriceRule>().write(rule);
        };
        fill(host, &log, std::ptr::null());
        assert!(mortise_log_service.get().is_some() && shop_price_rule_service.get().is_none());
        let asked = ASKED.load(Ordering::Relaxed);
        ask("SELECT");
        ASKED.store(5000, Ordering::Relaxed);
        ask("SELECT");
        mortise::debug!("{}{}", "x".repeat(4095), "é");
        mortise::debug!("plain");
        mortise::debug!(tenant = 42; "a host of 1.0 gets the line without its fields");
        fill(std::ptr::null(), std::ptr::without_provenance(0x1_0000), &TABLE);
        assert!(mortise_log_service.get().is_none() && shop_price_rule_service.get().is_some());
        mortise::debug!("not kept");
        fill(std::ptr::null(), &log, std::ptr::null());
        mortise::debug!("a table without a host is none");
        fill(std::ptr::null(), std::ptr::without_provenance(0x1_0000), std::ptr::null());

        let lines = LINES.take();
        assert_eq!(
            lines[0],
            (sys::LOG_DEBUG, format!("asked {asked} times, {}", "x".repeat(asked as usize)))
        );
        assert!(lines[1].1.starts_with("asked 5000 times, xxx") && lines[1].1.len() == 4096);
        assert_eq!(lines[2].1, "x".repeat(4095));
        assert_eq!(lines[3].1, "plain");
        assert_eq!(lines[4].1, "a host of 1.0 gets the line without its fields");
        assert_eq!(lines.len(), 5);
    });
}

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
