//! `module.h`: who a plugin is, as constants in its file.

use core::mem::{offset_of, size_of};

/// The first bytes of `module_info`.
pub const MODULE_MAGIC: [u8; 8] = *b"MORTISE\0";

/// [`ModuleInfo::flags`]: the plugin hands Rust types to others, so the toolchain must match exactly.
pub const MODULE_EXACT_TOOLCHAIN: u32 = 1;

/// [`ModuleInfo::flags`]: the plugin must see a tree of each query; the host blocks one that has none.
pub const MODULE_NEEDS_TREES: u32 = 2;

/// [`Requirement::flags`]: the plugin goes on without the service; its cell then holds a null.
pub const REQUIREMENT_OPTIONAL: u32 = 1;

/// `mortise_module_info`: the exported constant `module_info`. All strings end in a zero.
#[repr(C)]
pub struct ModuleInfo {
    /// [`MODULE_MAGIC`].
    pub magic: [u8; 8],
    /// Bytes of this struct.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The ABI that the plugin was built against.
    pub abi: [u8; 16],
    /// The compiler, as `rustc --version` says it.
    pub toolchain: [u8; 96],
    /// Lower-case letters, digits, `_`, `-` and `.`; starts with a letter.
    pub name: [u8; 64],
    /// Semver.
    pub version: [u8; 32],
    /// The parser whose syntax trees the plugin reads; empty when it reads none.
    pub parser: [u8; 64],
    /// `MODULE_…`.
    pub flags: u32,
    /// 0.
    pub reserved_2: u32,
}

/// `mortise_requirement`: the exported constant `module_requires_<identifier>`. The service's signature follows.
#[repr(C)]
pub struct Requirement {
    /// Bytes of this struct and the signature.
    pub size: u32,
    /// [`version`](super::version): same major, and at least this minor.
    pub version: u32,
    /// `REQUIREMENT_…`.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
    /// For example `mortise.log`.
    pub name: [u8; 64],
}

/// `mortise_provision`: the exported constant `module_provides_<identifier>`. The service's signature follows.
#[repr(C)]
pub struct Provision {
    /// Bytes of this struct and the signature.
    pub size: u32,
    /// [`version`](super::version).
    pub version: u32,
    /// 0.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
    /// For example `shop.price_rule`.
    pub name: [u8; 64],
}

const _: () = {
    assert!(size_of::<ModuleInfo>() == 296);
    assert!(offset_of!(ModuleInfo, size) == 8 && offset_of!(ModuleInfo, abi) == 16);
    assert!(offset_of!(ModuleInfo, toolchain) == 32 && offset_of!(ModuleInfo, name) == 128);
    assert!(offset_of!(ModuleInfo, version) == 192 && offset_of!(ModuleInfo, parser) == 224);
    assert!(offset_of!(ModuleInfo, flags) == 288);
    assert!(size_of::<Requirement>() == 80 && offset_of!(Requirement, name) == 16);
    assert!(size_of::<Provision>() == 80 && offset_of!(Provision, name) == 16);
};
