//! The constants of a plugin that a host reads from the file. What is wrong with them is an error at compile time.

use crate::service::Service;
use crate::sys::{self, ModuleInfo, Provision, Requirement};

/// `text` in an array that ends in a zero; an error at compile time when it doesn't fit.
const fn inline<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (bytes, mut array, mut index) = (text.as_bytes(), [0; N], 0);
    if bytes.len() >= N {
        return None;
    }
    while index < bytes.len() {
        array[index] = bytes[index];
        index += 1;
    }
    Some(array)
}

/// A name as the host accepts it: lower-case letters, digits, `_`, `-` and `.`; starts with a letter.
const fn is_name(name: &[u8; 64]) -> bool {
    let mut index = 0;
    while index < name.len() && name[index] != 0 {
        let letter = name[index].is_ascii_lowercase();
        let other = name[index].is_ascii_digit() || matches!(name[index], b'_' | b'-' | b'.');
        if !letter && (index == 0 || !other) {
            return false;
        }
        index += 1;
    }
    index > 0
}

/// A name's bytes. A function, since a constant beside the plugin's own expression could hide a name in it.
pub const fn name(name: &str) -> &[u8] {
    name.as_bytes()
}

/// The package's name as a plugin's: `-` becomes `_`.
pub const fn package_name<const N: usize>(package: &str) -> [u8; N] {
    let (bytes, mut name, mut index) = (package.as_bytes(), [0; N], 0);
    while index < N {
        name[index] = if bytes[index] == b'-' { b'_' } else { bytes[index] };
        index += 1;
    }
    name
}

pub const fn module_info(name: &[u8], version: &str, parser: &str, flags: u32) -> ModuleInfo {
    let Ok(name) = core::str::from_utf8(name) else {
        panic!("the plugin's name must be ASCII");
    };
    let Some(name) = inline(name) else {
        panic!("the plugin's name is longer than 63 bytes; plugin!(name = \"…\") sets another");
    };
    if !is_name(&name) {
        panic!(
            "the plugin's name must be lower-case letters, digits, `_`, `-` and `.`, and start with a \
             letter; plugin!(name = \"…\") sets another"
        );
    }
    let Some(version) = inline(version) else {
        panic!("the plugin's version is longer than 31 bytes");
    };
    if version[0] == 0 {
        panic!("the plugin's version is empty");
    }
    let Some(parser) = inline(parser) else {
        panic!("the parser is longer than 63 bytes");
    };
    let (Some(abi), Some(toolchain)) = (inline(sys::ABI), inline(env!("MORTISE_TOOLCHAIN"))) else {
        panic!("the build script cuts the toolchain at 95 bytes");
    };
    ModuleInfo {
        magic: sys::MODULE_MAGIC,
        size: size_of::<ModuleInfo>() as u32,
        reserved: 0,
        abi,
        toolchain,
        name,
        version,
        parser,
        flags,
        reserved_2: 0,
    }
}

const fn service_name(name: &str) -> [u8; 64] {
    let Some(name) = inline(name) else {
        panic!("the service's name is longer than 63 bytes");
    };
    if !is_name(&name) {
        panic!("a service's name is dotted and lower-case, such as \"shop.price_rule\"");
    }
    name
}

/// A service of which no type says what its functions are.
pub struct Unstated;

// SAFETY: no table is taken for one: only its signature is used.
unsafe impl Service for Unstated {
    const NAME: &'static str = "";
    const MAJOR: u16 = 0;
    const MINOR: u16 = 0;
    const SIGNATURE: &'static str = "";
}

/// What a host reads of a service, and the signature behind it, which ends in a zero.
#[repr(C)]
pub struct Signed<Head, const N: usize> {
    pub head: Head,
    pub signature: [u8; N],
}

const fn signature<const N: usize>(text: &str) -> [u8; N] {
    if N > 65_536 {
        panic!("the service's signature is longer than 65,535 bytes");
    }
    let Some(text) = inline(text) else {
        panic!("the array has room for the signature and a zero");
    };
    text
}

pub const fn requirement<const N: usize>(
    name: &str,
    major: u16,
    minor: u16,
    flags: u32,
    text: &str,
) -> Signed<Requirement, N> {
    let head = Requirement {
        size: size_of::<Signed<Requirement, N>>() as u32,
        version: sys::version(major, minor),
        flags,
        reserved: 0,
        name: service_name(name),
    };
    Signed { head, signature: signature(text) }
}

pub const fn provision<const N: usize>(
    name: &str,
    major: u16,
    minor: u16,
    text: &str,
) -> Signed<Provision, N> {
    let head = Provision {
        size: size_of::<Signed<Provision, N>>() as u32,
        version: sys::version(major, minor),
        flags: 0,
        reserved: 0,
        name: service_name(name),
    };
    Signed { head, signature: signature(text) }
}
