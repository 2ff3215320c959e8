//! What module_route answers, and what it logs meanwhile.

use crate::host::{LINES, enabled, with_host, write};
use crate::*;
use mortise::testing::Query;

/// Asks module_route: what it returns, and target, shard and read-write.
fn ask(sql: &str) -> (i32, i32, u64, i32) {
    let mut route = sys::Route::default();
    let status = Query::new(sql).ask(|context| unsafe { module_route(context.as_sys(), &mut route) });
    (status, route.target, route.shard, route.read_write)
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
