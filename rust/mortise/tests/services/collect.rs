//! Closures that the collector calls: what they fail with, when they end, and what they own.

use crate::host::*;
use mortise::collect::{Callbacks as Own, Kind, Level, Notification, Report, Samples, Source, Value};
use mortise::sys;
use std::ffi::c_void;
use std::ptr::{from_ref, null};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What was registered; a context is a key, and never an address.
#[derive(Clone)]
pub struct Callbacks {
    pub name: String,
    pub group: String,
    pub context: usize,
    pub c: CallbacksOfC,
    /// Bits of those that run now, and those that end with that.
    pub running: u32,
    pub ending: bool,
}

#[derive(Clone, Copy)]
pub struct CallbacksOfC(pub sys::CollectCallbacks);
unsafe impl Send for CallbacksOfC {}

impl Callbacks {
    fn context(&self) -> *mut c_void {
        std::ptr::without_provenance_mut(self.context)
    }

    fn release(&self) {
        unsafe { self.c.0.release.unwrap()(self.context()) }
    }
}

const SOURCES: &[sys::CollectSource] = &[
    sys::CollectSource { name: text("rx"), kind: sys::COLLECT_DERIVE, reserved: 0, min: 0.0, max: f64::NAN },
    sys::CollectSource { name: text("used"), kind: sys::COLLECT_GAUGE, reserved: 0, min: f64::NAN, max: 1.0 },
];
struct Set(sys::CollectSet);
unsafe impl Sync for Set {}
static SET: Set = Set(sys::CollectSet { size: 32, count: 2, type_: text("both"), sources: SOURCES.as_ptr() });

fn names(identity: &sys::CollectIdentity) -> String {
    let parts =
        [identity.host, identity.plugin, identity.plugin_instance, identity.type_, identity.type_instance];
    parts.map(read).join("|")
}

fn members(members: *const sys::Member, count: u32) -> String {
    let members =
        if count == 0 { &[] } else { unsafe { std::slice::from_raw_parts(members, count as usize) } };
    let shown = members.iter().map(|member| {
        let data = member.value.data;
        let value = unsafe {
            match member.value.type_ {
                sys::VALUE_BOOLEAN => (data.boolean != 0).to_string(),
                sys::VALUE_INTEGER => data.integer.to_string(),
                sys::VALUE_DOUBLE => data.number.to_string(),
                _ => read(data.text),
            }
        };
        format!(" {}={value}", read(member.key))
    });
    shown.collect()
}

pub static TABLE: sys::CollectV1 = {
    unsafe extern "C" fn add(
        _: *const sys::Host,
        callbacks: *const sys::CollectCallbacks,
        error: *mut sys::Error,
    ) -> i32 {
        let c = unsafe { *callbacks };
        assert_eq!((c.size, c.reserved), (120, 0));
        let (name, group) = (read(c.name), read(c.group));
        heard(|heard| {
            if name == "taken" {
                return fail(error, "taken is taken");
            }
            let (context, c) = (c.context.addr(), CallbacksOfC(c));
            heard.callbacks.push(Callbacks { name, group, context, c, running: 0, ending: false });
            sys::OK
        })
    }
    unsafe extern "C" fn remove(_: *const sys::Host, name: sys::Text, which: u32) -> i32 {
        let name = read(name);
        let removed = heard(|heard| {
            let at = heard.callbacks.iter().position(|callbacks| callbacks.name == name)?;
            heard.changes.push(format!("remove {name} {which}"));
            if heard.callbacks[at].running > 0 {
                heard.callbacks[at].ending = true;
                return Some(None);
            }
            Some(Some(heard.callbacks.remove(at)))
        });
        if let Some(Some(removed)) = &removed {
            removed.release();
        }
        if removed.is_some() { sys::OK } else { sys::PASS }
    }
    unsafe extern "C" fn remove_group(_: *const sys::Host, group: sys::Text) -> i32 {
        let group = read(group);
        heard(|heard| {
            if heard.callbacks.iter().any(|callbacks| callbacks.group == group) { sys::OK } else { sys::PASS }
        })
    }
    unsafe extern "C" fn dispatch(_: *const sys::Host, report: *const sys::CollectReport) -> i32 {
        let report = unsafe { &*report };
        let values = unsafe { std::slice::from_raw_parts(report.values, report.count as usize) };
        let values: Vec<_> = values.iter().map(|value| unsafe { value.derive }).collect();
        if report.size != 128 || read(report.identity.type_) == "unknown" {
            return sys::ERROR;
        }
        let facts = members(report.metadata, report.metadata_count);
        let (time, interval) = (report.time, report.interval);
        heard(|heard| {
            heard.dispatched.push(format!("{} {values:?} {time} {interval}{facts}", names(&report.identity)));
        });
        sys::OK
    }
    unsafe extern "C" fn notify(_: *const sys::Host, notification: *const sys::CollectNotification) -> i32 {
        let it = unsafe { &*notification };
        let facts = members(it.metadata, it.metadata_count);
        let said = format!("{} {} {} {}{facts}", it.severity, it.time, names(&it.identity), read(it.message));
        heard(|heard| heard.dispatched.push(said));
        if it.size == 128 { sys::OK } else { sys::ERROR }
    }
    unsafe extern "C" fn add_set(
        _: *const sys::Host,
        set: *const sys::CollectSet,
        error: *mut sys::Error,
    ) -> i32 {
        let set = unsafe { &*set };
        let sources = unsafe { std::slice::from_raw_parts(set.sources, set.count as usize) };
        let sources = sources.iter().map(|it| format!("{} {} {} {}", read(it.name), it.kind, it.min, it.max));
        let shown = format!("{}: {}", read(set.type_), sources.collect::<Vec<_>>().join(", "));
        heard(|heard| heard.dispatched.push(shown));
        if read(set.type_) == "load" { fail(error, "there is another load") } else { sys::OK }
    }
    unsafe extern "C" fn find_set(_: *const sys::Host, type_: sys::Text) -> *const sys::CollectSet {
        if read(type_) == "both" { &raw const SET.0 } else { null() }
    }
    unsafe extern "C" fn interval(_: *const sys::Host) -> u64 {
        2_500_000_000
    }
    sys::CollectV1 {
        size: 72,
        reserved: 0,
        add,
        remove,
        remove_group,
        dispatch,
        notify,
        add_set,
        find_set,
        interval,
    }
};

/// Calls one as the host does: what was removed meanwhile goes when it ends.
fn call<T>(name: &str, call: impl FnOnce(&sys::CollectCallbacks, *mut c_void) -> T) -> T {
    let at = |heard: &Heard| heard.callbacks.iter().position(|it| it.name == name).expect("is registered");
    let callbacks = heard(|heard| {
        let at = at(heard);
        heard.callbacks[at].running += 1;
        heard.callbacks[at].clone()
    });
    let answer = call(&callbacks.c.0, callbacks.context());
    let ended = heard(|heard| {
        let at = at(heard);
        heard.callbacks[at].running -= 1;
        let ends = heard.callbacks[at].ending && heard.callbacks[at].running == 0;
        ends.then(|| heard.callbacks.remove(at))
    });
    if let Some(ended) = ended {
        ended.release();
    }
    answer
}

fn read_now(name: &str) -> i32 {
    call(name, |c, context| unsafe { c.read.unwrap()(context) })
}

#[test]
fn a_reader_keeps_its_state_and_is_dropped_once() {
    let _alone = start();
    let (dropped, owned) = counted();
    let reader = Own::with((0_i64, owned)).name("disk").group("slow").every(Duration::from_millis(1500));
    let reader = reader.read(|(count, _)| {
        *count += 1;
        let report =
            Report::new("both").plugin_instance("sda").value(Value::Derive(*count)).value(Value::Derive(7));
        mortise::collect!().dispatch(&report)?;
        Ok(())
    });
    let registered = mortise::collect!().register(reader).unwrap();
    let c = heard(|heard| heard.callbacks[0].c.0);
    assert_eq!(
        (c.interval, c.write.is_some(), c.flush.is_some(), c.log.is_some()),
        (1_500_000_000, false, false, false)
    );
    assert!(mortise::collect!().remove_group("slow") && !mortise::collect!().remove_group("fast"));
    assert_eq!((read_now("disk"), read_now("disk")), (sys::OK, sys::OK));
    let dispatched = heard(|heard| std::mem::take(&mut heard.dispatched));
    assert_eq!(dispatched, ["||sda|both| [1, 7] 0 0", "||sda|both| [2, 7] 0 0"]);
    assert!(registered.remove() && !registered.remove());
    assert_eq!(heard(|heard| std::mem::take(&mut heard.changes)), ["remove disk 1"]);
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
    // A host that calls once more than it may calls nothing.
    assert_eq!(unsafe { c.read.unwrap()(c.context) }, sys::ERROR);
    unsafe { c.release.unwrap()(c.context) };
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn what_fails_is_told_once_and_a_panic_is_a_failure() {
    let _alone = start();
    let turn = Arc::new(AtomicU32::new(0));
    let turns = turn.clone();
    let reader = Own::new().name("r").read(move |()| match turns.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Err("no such file")?,
        2 => panic!("in a read"),
        3 => Ok(()),
        _ => Err("no such file")?,
    });
    mortise::collect!().register(reader).unwrap();
    let statuses: Vec<_> = (0..5).map(|_| read_now("r")).collect();
    assert_eq!(statuses, [sys::ERROR, sys::ERROR, sys::ERROR, sys::OK, sys::ERROR]);
    let failed = "3 a read of r failed: no such file";
    assert_eq!(lines(), [failed, "3 a read panicked: in a read", failed]);
}

#[test]
fn a_closure_that_removes_itself_ends_after_its_run() {
    let _alone = start();
    let (dropped, owned) = counted();
    let slot = Arc::new(Mutex::new(None::<mortise::collect::Registered>));
    let own = slot.clone();
    let during = dropped.clone();
    let reader = Own::with(owned).read(move |_| {
        let registered = own.lock().unwrap().take().unwrap();
        assert!(registered.remove());
        assert_eq!(during.load(Ordering::Relaxed), 0, "its state is still there");
        Ok(())
    });
    *slot.lock().unwrap() = Some(mortise::collect!().register(reader).unwrap());
    assert_eq!(read_now(""), sys::OK);
    assert_eq!((dropped.load(Ordering::Relaxed), heard(|heard| heard.callbacks.len())), (1, 0));
}

#[test]
fn what_cannot_be_registered_is_dropped() {
    let _alone = start();
    let (dropped, owned) = counted();
    let refused = mortise::collect!().register(Own::with(owned).name("taken").read(|_| Ok(())));
    assert_eq!(refused.unwrap_err().message(), "taken is taken");
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn a_writer_sees_what_the_host_has() {
    let _alone = start();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (write, flush) = (seen.clone(), seen.clone());
    let writer = Own::with(0_usize)
        .write(move |count, samples: Samples| {
            *count += samples.len();
            assert!(!samples.is_empty());
            for it in samples {
                let series = it.series();
                let values: Vec<_> = it.values().collect();
                let sources: Vec<_> =
                    series.set().sources().map(|source| source.name().into_owned()).collect();
                let since = it.time().duration_since(UNIX_EPOCH).unwrap();
                let key = it.metadata().get("key").map(|value| format!("{value:?}"));
                write.lock().unwrap().push(format!(
                    "{} {} {} {values:?} {sources:?} {:?} {since:?} {:?} {key:?} {it:?}",
                    series.number(),
                    series.text(),
                    series.identity(),
                    it.rates(),
                    it.interval(),
                ));
            }
            Ok(())
        })
        .flush(move |count, age, identifier| {
            flush.lock().unwrap().push(format!("flush {count} {age:?} {identifier}"));
            Ok(())
        });
    mortise::collect!().register(writer).unwrap();
    let identity = sys::CollectIdentity {
        host: text("h"),
        plugin: text("p"),
        plugin_instance: text("1"),
        type_: text("both"),
        type_instance: text(""),
    };
    let series = sys::CollectSeries {
        size: 120,
        reserved: 0,
        number: 9,
        identity,
        text: text("h/p-1/both"),
        set: &SET.0,
    };
    let values = [sys::CollectValue { derive: -5 }, sys::CollectValue { gauge: 0.5 }];
    let rates = [2.0, 0.5];
    let fact = sys::Value { type_: sys::VALUE_TEXT, count: 0, data: sys::ValueData { text: text("x") } };
    let fact = sys::Member { key: text("key"), value: fact };
    let sample = sys::CollectSample {
        size: 64,
        count: 2,
        series: &series,
        values: values.as_ptr(),
        rates: rates.as_ptr(),
        time: 1_000_000_001,
        interval: 10_000_000_000,
        metadata: &fact,
        metadata_count: 1,
        reserved: 0,
    };
    let samples = [from_ref(&sample), from_ref(&sample)];
    let status = call("", |c, context| unsafe { c.write.unwrap()(context, samples.as_ptr(), 2) });
    assert_eq!(status, sys::OK);
    call("", |c, context| unsafe { c.flush.unwrap()(context, 5_000_000_000, text("h/p-1/both")) });
    let seen = seen.lock().unwrap();
    let line = "9 h/p-1/both h/p-1/both [Derive(-5), Gauge(0.5)] [\"rx\", \"used\"] [2.0, 0.5] 1.000000001s 10s \
                Some(\"Text(\\\"x\\\")\") Sample(h/p-1/both -5 0.5)";
    assert_eq!(*seen, [line, line, "flush 2 5s h/p-1/both"]);
}

#[test]
fn log_notifications_and_missing_values_arrive() {
    let _alone = start();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (log, notified, missing, end) = (seen.clone(), seen.clone(), seen.clone(), seen.clone());
    let all = Own::new()
        .log(move |severity, line| log.lock().unwrap().push(format!("{severity:?} {line}")))
        .notified(move |it| {
            let facts: Vec<_> = it.facts().iter().map(|(key, value)| format!("{key}={value:?}")).collect();
            notified.lock().unwrap().push(format!("{it:?} {:?} {facts:?}", it.time()));
            Ok(())
        })
        .missing(move |series, last_seen| {
            missing.lock().unwrap().push(format!("{series:?} {:?}", last_seen == UNIX_EPOCH));
            Err("gone")?
        })
        .shutdown(move |()| {
            end.lock().unwrap().push("shutdown".into());
            Ok(())
        });
    mortise::collect!().register(all).unwrap();
    call("", |c, context| unsafe { c.log.unwrap()(context, sys::LOG_WARNING, text("line")) });
    let identity = sys::CollectIdentity {
        host: text("h"),
        plugin: text("p"),
        plugin_instance: text(""),
        type_: text("t"),
        type_instance: text("i"),
    };
    let notification = sys::CollectNotification {
        size: 128,
        severity: sys::COLLECT_WARNING,
        time: 0,
        message: text("full"),
        identity,
        metadata: null(),
        metadata_count: 0,
        reserved: 0,
    };
    assert_eq!(call("", |c, context| unsafe { c.notified.unwrap()(context, &notification) }), sys::OK);
    let series = sys::CollectSeries {
        size: 120,
        reserved: 0,
        number: 3,
        identity,
        text: text("h/p/t-i"),
        set: &SET.0,
    };
    assert_eq!(call("", |c, context| unsafe { c.missing.unwrap()(context, &series, 0) }), sys::ERROR);
    call("", |c, context| unsafe { c.shutdown.unwrap()(context) });
    let time = format!("{UNIX_EPOCH:?}");
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "Warning line".to_owned(),
            format!("Notification(Warning h/p/t-i: full) {time} []"),
            "Series(3 h/p/t-i) true".to_owned(),
            "shutdown".to_owned(),
        ]
    );
    assert_eq!(lines(), ["3 a missing value failed: gone"]);
}

#[test]
fn reports_notifications_and_data_sets_reach_the_host() {
    let _alone = start();
    let collect = mortise::collect!();
    let report = Report::new("both")
        .host("other")
        .plugin("net")
        .type_instance("x")
        .values([Value::Counter(1), Value::Absolute(2)])
        .time(UNIX_EPOCH + Duration::from_nanos(5))
        .interval(Duration::from_nanos(6))
        .metadata("unit", "s")
        .metadata("deep", &true);
    collect.dispatch(&report).unwrap();
    collect
        .dispatch(
            &Report::new("both")
                .value(Value::Derive(0))
                .time(SystemTime::UNIX_EPOCH - Duration::from_secs(1)),
        )
        .unwrap();
    let refused = collect.gauge("unknown", "", 1.0).unwrap_err();
    assert_eq!(refused.message(), "the host took no such values; see its problems");
    let full = Notification::new(Level::Okay, "empty again")
        .host("h")
        .plugin("df")
        .plugin_instance("root")
        .metadata("n", &1);
    collect.notify(&full.type_("df").type_instance("free").at(UNIX_EPOCH + Duration::from_nanos(8))).unwrap();
    collect
        .add_set(
            "new",
            &[Source::new("a", Kind::Counter), Source::new("b", Kind::Absolute).min(0.0).max(9.0)],
        )
        .unwrap();
    let other = collect.add_set("load", &[Source::new("a", Kind::Gauge)]).unwrap_err();
    assert_eq!(other.message(), "there is another load");
    assert_eq!(
        heard(|heard| std::mem::take(&mut heard.dispatched)),
        [
            "other|net||both|x [1, 2] 5 6 unit=s deep=true",
            "|||both| [0] 0 0",
            "4 8 h|df|root|df|free empty again n=1",
            "new: a 0 NaN NaN, b 3 0 9",
            "load: a 1 NaN NaN",
        ]
    );
    let set = collect.find_set("both").unwrap();
    let sources: Vec<_> =
        set.sources().map(|it| (it.name().into_owned(), it.kind(), it.limits().1)).collect();
    assert_eq!((&*set.type_(), sources[1].clone()), ("both", ("used".to_owned(), Kind::Gauge, 1.0)));
    assert!(collect.find_set("none").is_none());
    assert_eq!(collect.interval(), Some(Duration::from_millis(2500)));
}
