//! `config.h`: the plugin's own configuration, as a tree of values.

use super::{Host, Text};
use core::mem::{align_of, offset_of, size_of};

/// `as.boolean` holds.
pub const VALUE_BOOLEAN: i32 = 1;
/// `as.integer` holds.
pub const VALUE_INTEGER: i32 = 2;
/// `as.number` holds.
pub const VALUE_DOUBLE: i32 = 3;
/// `as.text` holds.
pub const VALUE_TEXT: i32 = 4;
/// `as.items` holds.
pub const VALUE_LIST: i32 = 5;
/// `as.members` holds.
pub const VALUE_TABLE: i32 = 6;

/// `mortise_value`: one value. Owned by the host; unchanged until `module_fini` returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    /// `VALUE_…`: which member of `data` holds.
    pub type_: i32,
    /// Items of a list, members of a table; else 0.
    pub count: u32,
    /// The header's `as`.
    pub data: ValueData,
}

/// The union inside a [`Value`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union ValueData {
    /// 0 or 1.
    pub boolean: i32,
    /// A signed integer.
    pub integer: i64,
    /// A number with a fraction.
    pub number: f64,
    /// UTF-8; `data` also ends in a zero.
    pub text: Text,
    /// `count` values.
    pub items: *const Value,
    /// `count` members, in the order of the file.
    pub members: *const Member,
}

/// `mortise_member`: one key of a table.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Member {
    /// UTF-8; lives as long as the value.
    pub key: Text,
    /// What stands under the key.
    pub value: Value,
}

/// `mortise_config`: how to read the configuration.
#[repr(C)]
pub struct Config {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The value at a path such as `limits.rows` or `patterns[2]`; null when there is none. \[any-thread\]
    pub find: unsafe extern "C" fn(host: *const Host, path: Text) -> *const Value,
    /// Refuses a value with a rule such as "must be at least 1"; the plugin then fails. \[entry\]
    pub refuse: unsafe extern "C" fn(host: *const Host, path: Text, rule: Text),
    /// Since 1.1: the value at a path from another, null for the whole table. \[any-thread\]
    pub find_in:
        Option<unsafe extern "C" fn(host: *const Host, value: *const Value, path: Text) -> *const Value>,
    /// Since 1.1: refuses the value at a path from another. \[entry\]
    pub refuse_in:
        Option<unsafe extern "C" fn(host: *const Host, value: *const Value, path: Text, rule: Text)>,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<Value>() == 24 && align_of::<Value>() == 8);
    assert!(offset_of!(Value, count) == 4 && offset_of!(Value, data) == 8);
    assert!(size_of::<Member>() == 40 && offset_of!(Member, value) == 16);
    assert!(size_of::<Config>() == 40);
    assert!(offset_of!(Config, find) == 8 && offset_of!(Config, refuse) == 16);
    assert!(offset_of!(Config, find_in) == 24 && offset_of!(Config, refuse_in) == 32);
};

/// `mortise_config_v1`: the table of `mortise.config` 1.1.
pub type ConfigV1 = Config;
