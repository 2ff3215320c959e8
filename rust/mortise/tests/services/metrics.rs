//! Metrics are asked for once, and then only changed.

use crate::host::*;
use mortise::sys;
use mortise::{Counter, Gauge, Histogram};

pub static TABLE: sys::MetricsV1 = {
    fn ask(kind: &str, name: sys::Text, help: sys::Text) -> *mut sys::Metric {
        let (name, help) = (read(name), read(help));
        heard(|heard| heard.asked.push(format!("{kind} {name}: {help}")));
        if name.contains(' ') {
            std::ptr::null_mut()
        } else {
            Box::leak(name.into_boxed_str()).as_mut_ptr().cast()
        }
    }
    fn change(metric: *mut sys::Metric, change: String) {
        let first = if metric.is_null() { '-' } else { unsafe { *metric.cast::<u8>() }.into() };
        heard(|heard| heard.changes.push(format!("{first}{change}")));
    }
    unsafe extern "C" fn counter(_: *const sys::Host, name: sys::Text, help: sys::Text) -> *mut sys::Metric {
        ask("counter", name, help)
    }
    unsafe extern "C" fn gauge(_: *const sys::Host, name: sys::Text, help: sys::Text) -> *mut sys::Metric {
        ask("gauge", name, help)
    }
    unsafe extern "C" fn histogram(
        _: *const sys::Host,
        name: sys::Text,
        help: sys::Text,
        bounds: *const f64,
        count: u32,
    ) -> *mut sys::Metric {
        let bounds = unsafe { std::slice::from_raw_parts(bounds, count as usize) };
        ask(&format!("histogram {bounds:?}"), name, help)
    }
    unsafe extern "C" fn add(_: *const sys::Host, metric: *mut sys::Metric, amount: u64) {
        change(metric, format!("+{amount}"));
    }
    unsafe extern "C" fn set(_: *const sys::Host, metric: *mut sys::Metric, value: f64) {
        change(metric, format!("={value}"));
    }
    unsafe extern "C" fn observe(_: *const sys::Host, metric: *mut sys::Metric, value: f64) {
        change(metric, format!("<{value}"));
    }
    sys::MetricsV1 { size: 56, reserved: 0, counter, gauge, histogram, add, set, observe }
};

static ASKED: Counter = mortise::counter!("asked", "queries");
static DEPTH: Gauge = mortise::gauge!("depth", "entries");
static ROWS: Histogram = mortise::histogram!("rows", "rows", &[1.0, 10.0]);
static BAD: Counter = mortise::counter!("no name", "nothing");

#[test]
fn metrics_are_asked_for_once_and_changed() {
    let _alone = start();
    ASKED.add(2);
    ASKED.add(1);
    DEPTH.set(-1.5);
    ROWS.observe(7.0);
    BAD.add(1);
    BAD.add(1);
    let named = mortise::metrics!().counter(&format!("{}_queries", "x"), "made in init");
    named.add(5);
    mortise::metrics!().gauge("y", "").set(0.5);
    mortise::metrics!().histogram("z", "", &[0.5]).observe(f64::NAN);
    heard(|heard| {
        assert_eq!(
            heard.asked,
            [
                "counter asked: queries",
                "gauge depth: entries",
                "histogram [1.0, 10.0] rows: rows",
                "counter no name: nothing",
                "counter x_queries: made in init",
                "gauge y: ",
                "histogram [0.5] z: "
            ]
        );
        assert_eq!(heard.changes, ["a+2", "a+1", "d=-1.5", "r<7", "-+1", "-+1", "x+5", "y=0.5", "z<NaN"]);
    });
    assert_eq!(format!("{ASKED:?} {:?}", mortise::metrics!()), "Counter(asked) Metrics(mortise.metrics)");
}
