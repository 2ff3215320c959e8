//! Which services there are, and word of them.

use crate::host::*;
use mortise::sys;
use mortise::{Event, Reply, Subscription};
use std::ffi::c_void;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

pub static TABLE: sys::RegistryV1 = {
    unsafe extern "C" fn each(_: *const sys::Host, visit: sys::ServiceVisit, context: *mut c_void) -> i32 {
        for (name, provider, leases) in [("mortise.log", "", 2), ("shop.price_rule", "rules", 0)] {
            let entry = sys::ServiceEntry {
                size: 48,
                version: sys::version(1, 2),
                name: sys::Text::of(name),
                provider: sys::Text::of(provider),
                leases,
                reserved: 0,
            };
            let status = unsafe { visit(context, &entry) };
            if status != sys::OK {
                return status;
            }
        }
        sys::OK
    }
    unsafe extern "C" fn subscribe(
        _: *const sys::Host,
        name: sys::Text,
        version: u32,
        function: sys::NoticeFunction,
        context: *mut c_void,
        error: *mut sys::Error,
    ) -> i32 {
        if name.size == 0 {
            return fail(error, "\"\" is not a valid service name");
        }
        heard(|heard| heard.subscribed.push((read(name), version, function, context.addr())));
        sys::OK
    }
    unsafe extern "C" fn unsubscribe(
        _: *const sys::Host,
        _: sys::NoticeFunction,
        context: *mut c_void,
    ) -> i32 {
        heard(|heard| {
            let before = heard.subscribed.len();
            heard.subscribed.retain(|one| one.3 != context.addr());
            if heard.subscribed.len() < before { sys::OK } else { sys::PASS }
        })
    }
    sys::RegistryV1 { size: 32, reserved: 0, each, subscribe, unsubscribe }
};

/// Tells whoever subscribed.
fn tell(event: i32) -> i32 {
    let (_, _, function, context) = heard(|heard| heard.subscribed[0].clone());
    let notice = sys::Notice {
        size: 72,
        event,
        version: sys::version(1, 4),
        reserved: 0,
        name: text("shop.price_rule"),
        provider: text("rules"),
        table: std::ptr::null(),
        signature: text(""),
    };
    unsafe { function(std::ptr::without_provenance_mut(context), &notice) }
}

#[test]
fn the_registry_is_listed_and_tells() {
    let _alone = start();
    let registry = mortise::registry!();
    let mut seen = Vec::new();
    registry.each(|service| {
        seen.push((service.name().to_owned(), service.provider().map(str::to_owned), service.leases()));
        assert_eq!(service.version(), (1, 2));
    });
    assert_eq!(seen, [("mortise.log".into(), None, 2), ("shop.price_rule".into(), Some("rules".into()), 0)]);

    let (dropped, owned) = counted();
    let subscription = registry.subscribe("shop.price_rule", 1, 3, move |notice| {
        _ = &owned;
        mortise::info!("{notice:?}");
        match notice.event() {
            Event::Came => Reply::KEEP,
            // SAFETY: there is no cell of it here.
            Event::Going => unsafe { Reply::let_go() },
            _ => panic!("odd"),
        }
    });
    heard(|heard| {
        assert_eq!((heard.subscribed[0].0.as_str(), heard.subscribed[0].1), ("shop.price_rule", 0x1_0003));
    });
    assert_eq!(
        (tell(sys::SERVICE_CAME), tell(sys::SERVICE_GOING), tell(9)),
        (sys::ERROR, sys::OK, sys::ERROR)
    );
    assert_eq!(
        lines(),
        [
            "1 Notice(Came shop.price_rule 1.4, rules)",
            "1 Notice(Going shop.price_rule 1.4, rules)",
            "1 Notice(Other(9) shop.price_rule 1.4, rules)",
            "3 a subscription panicked: odd"
        ]
    );
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
    let subscription: Subscription = subscription.unwrap();
    assert!(std::thread::spawn(move || !subscription.end()).join().unwrap(), "on another thread");
    assert!(subscription.end() && !subscription.end());
    assert_eq!(dropped.load(Ordering::Relaxed), 1);

    let (dropped, owned) = counted();
    let listen = move |_: &mortise::Notice| {
        _ = &owned;
        Reply::KEEP
    };
    assert_eq!(
        registry.subscribe("", 1, 0, listen).unwrap_err().message(),
        "\"\" is not a valid service name"
    );
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
    let elsewhere = std::thread::spawn(move || registry.subscribe("x", 1, 0, |_| Reply::KEEP).map(drop));
    let refused = elsewhere.join().unwrap().unwrap_err();
    assert_eq!(refused.message(), "a plugin subscribes on the main thread, after its register or init began");
}

#[test]
fn a_subscription_may_end_itself() {
    static OWN: Mutex<Option<Subscription>> = Mutex::new(None);
    let _alone = start();
    let (dropped, owned) = counted();
    let still = dropped.clone();
    let subscription = mortise::registry!().subscribe("shop.price_rule", 1, 0, move |_| {
        assert!(OWN.lock().unwrap().take().unwrap().end());
        assert_eq!(still.load(Ordering::Relaxed), 0);
        _ = &owned;
        Reply::KEEP
    });
    *OWN.lock().unwrap() = Some(subscription.unwrap());
    assert_eq!(tell(sys::SERVICE_GOING), sys::ERROR);
    assert_eq!((dropped.load(Ordering::Relaxed), lines()), (1, vec![]));
}

#[test]
fn a_lease_can_be_had_on_any_thread() {
    let _alone = start();
    std::thread::spawn(|| {
        let log = mortise::lease!(sys::LogV1).expect("the host has it");
        assert_eq!((log.size, heard(|heard| heard.leases)), (32, 1));
        drop(log);
        assert!(mortise::lease!(sys::ClockV1).is_none());
    })
    .join()
    .unwrap();
    assert_eq!(heard(|heard| heard.leases), 0);
}
