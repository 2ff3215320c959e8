//! `plugin!`: the constants that say who the plugin is.

use crate::tokens::{Error, Result, fill, is_punct, split_at_commas};
use proc_macro::{Span, TokenStream, TokenTree};

const KEYS: &str =
    "plugin! takes name = \"…\", version = \"…\", parser = \"…\", exact_toolchain and needs_trees";

pub fn expand(input: TokenStream) -> Result<TokenStream> {
    let mut name = None;
    let mut version = None;
    let mut parser = None;
    let mut exact_toolchain = None;
    let mut needs_trees = None;

    for part in split_at_commas(input) {
        let Some(TokenTree::Ident(key)) = part.first() else {
            let span = part.first().map_or(Span::call_site(), TokenTree::span);
            return Err(Error::new(span, KEYS));
        };
        let slot = match key.to_string().as_str() {
            "name" => &mut name,
            "version" => &mut version,
            "parser" => &mut parser,
            "exact_toolchain" if part.len() == 1 => &mut exact_toolchain,
            "needs_trees" if part.len() == 1 => &mut needs_trees,
            word @ ("exact_toolchain" | "needs_trees") => {
                return Err(Error::new(part[1].span(), format!("{word} takes no value")));
            }
            other => return Err(Error::new(key.span(), format!("unknown key `{other}`: {KEYS}"))),
        };
        if slot.is_some() {
            return Err(Error::new(key.span(), format!("`{key}` is given twice")));
        }
        if part.len() > 1 && (!is_punct(part.get(1), '=') || part.len() < 3) {
            return Err(Error::new(part[1].span(), format!("expected `{key} = \"…\"`")));
        }
        if part.len() == 1 && !matches!(key.to_string().as_str(), "exact_toolchain" | "needs_trees") {
            return Err(Error::new(key.span(), format!("expected `{key} = \"…\"`")));
        }
        *slot = Some(part.into_iter().skip(2).collect::<TokenStream>());
    }

    let name = match name {
        Some(name) => fill("::mortise::__private::name(VALUE)", &[("VALUE", name)]),
        None => fill(
            r#"&::mortise::__private::package_name::<{ ::core::env!("CARGO_PKG_NAME").len() }>(
                ::core::env!("CARGO_PKG_NAME"))"#,
            &[],
        ),
    };
    let version = version.unwrap_or_else(|| fill(r#"::core::env!("CARGO_PKG_VERSION")"#, &[]));
    let parser = parser.unwrap_or_else(|| fill(r#""""#, &[]));
    let flags = match (exact_toolchain, needs_trees) {
        (None, None) => "0",
        (Some(_), None) => "::mortise::sys::MODULE_EXACT_TOOLCHAIN",
        (None, Some(_)) => "::mortise::sys::MODULE_NEEDS_TREES",
        (Some(_), Some(_)) => "::mortise::sys::MODULE_EXACT_TOOLCHAIN | ::mortise::sys::MODULE_NEEDS_TREES",
    };
    Ok(fill(
        r#"
        #[cfg(panic = "abort")]
        ::core::compile_error!("a panic of this plugin would end the host's process: take panic = \"abort\" out \
            of the profile in Cargo.toml, or set panic = \"unwind\"");

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static module_info: ::mortise::sys::ModuleInfo =
            ::mortise::__private::module_info(NAME, VERSION, PARSER, FLAGS);

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static module_host: ::mortise::__private::HostCell = ::mortise::__private::HostCell::new();
        "#,
        &[("NAME", name), ("VERSION", version), ("PARSER", parser), ("FLAGS", fill(flags, &[]))],
    ))
}
