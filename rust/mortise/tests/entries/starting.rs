//! What a plugin says of itself, and its entry points at the start and the end.

use crate::host::{text, with_host};
use crate::*;

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
