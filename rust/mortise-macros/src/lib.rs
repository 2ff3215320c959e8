//! The macros of the `mortise` crate, which documents them; use them through it.
//!
//! They parse by hand, without syn and quote: a plugin then has no dependency outside mortise, builds in a
//! second or two, and needs no network.

mod entry;
mod module;
mod service;
mod tokens;

use proc_macro::TokenStream;

/// See `mortise::plugin`.
#[proc_macro]
pub fn plugin(input: TokenStream) -> TokenStream {
    module::expand(input).unwrap_or_else(tokens::Error::into_tokens)
}

/// See `mortise::require`.
#[proc_macro]
pub fn require(input: TokenStream) -> TokenStream {
    service::cell("require", input, "0").unwrap_or_else(tokens::Error::into_tokens)
}

/// See `mortise::want`.
#[proc_macro]
pub fn want(input: TokenStream) -> TokenStream {
    service::cell("want", input, "::mortise::sys::REQUIREMENT_OPTIONAL")
        .unwrap_or_else(tokens::Error::into_tokens)
}

/// See `mortise::provide`.
#[proc_macro]
pub fn provide(input: TokenStream) -> TokenStream {
    service::provision(input).unwrap_or_else(tokens::Error::into_tokens)
}

/// See `mortise::register`.
#[proc_macro_attribute]
pub fn register(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(&entry::REGISTER, arguments, item)
}

/// See `mortise::init`.
#[proc_macro_attribute]
pub fn init(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(&entry::INIT, arguments, item)
}

/// See `mortise::route`.
#[proc_macro_attribute]
pub fn route(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(&entry::ROUTE, arguments, item)
}

/// See `mortise::fini`.
#[proc_macro_attribute]
pub fn fini(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(&entry::FINI, arguments, item)
}
