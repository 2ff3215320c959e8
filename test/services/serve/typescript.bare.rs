//! Hides as much as a crate can of what generated modules and macros may rely on.

#![no_implicit_prelude]
#![deny(unsafe_code, warnings)]
#![allow(dead_code, unused_macros)]

mod core {}
mod std {}
mod alloc {}
enum Option {}
struct Result;
struct String;
struct Box;
struct Vec;
macro_rules! format {
    () => {};
}
macro_rules! assert {
    () => {};
}

mod test_served;
mod test_used;

::mortise::plugin!();
::mortise::require!(test_served::TestServedV1);
::mortise::provide!(test_used::Table);
