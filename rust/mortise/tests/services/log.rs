//! Lines with fields.

use crate::host::*;
use crate::shared::{enabled, line};
use mortise::{Error, sys};

pub static TABLE: sys::LogV1Whole = {
    unsafe extern "C" fn write(_: *const sys::Host, severity: i32, message: sys::Text) {
        heard(|heard| heard.lines.push(format!("{severity} {}", read(message))));
    }
    unsafe extern "C" fn write_fields(
        _: *const sys::Host,
        severity: i32,
        message: sys::Text,
        fields: *const sys::Member,
        count: u32,
    ) {
        let line = unsafe { line(severity, message, fields, count) };
        heard(|heard| heard.lines.push(line));
    }
    sys::LogV1Whole { first: sys::LogV1 { size: 32, reserved: 0, enabled, write }, write_fields }
};

#[test]
fn a_line_carries_fields() {
    let _alone = start();
    let (table, rows) = (String::from("orders"), [1, 2, 3]);
    mortise::info!(tenant = 42, table = table, "share.cold" = 0.5, cold = true; "moved {}", 1 + 1);
    mortise::warning!(huge = u64::MAX, least = i64::MIN, small = 1_u8, rows = rows.len(); "numbers");
    mortise::error!(why = Error::new("because"), text = &table[1..], owned = format!("{rows:?}"); "{table}");
    mortise::debug!(never = never(); "not kept {}", never());
    mortise::info!("{named} has none", named = "this one");
    assert_eq!(
        lines(),
        [
            r#"1 moved 2 tenant=42 table="orders" share.cold=0.5 cold=true"#,
            "2 numbers huge=1.8446744073709552e19 least=-9223372036854775808 small=1 rows=3",
            r#"3 orders why="because" text="rders" owned="[1, 2, 3]""#,
            "1 this one has none"
        ]
    );
}

/// An argument of a line that isn't kept, and so not evaluated.
fn never() -> u32 {
    unreachable!()
}
