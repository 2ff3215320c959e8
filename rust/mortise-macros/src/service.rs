//! `require!`, `want!` and `provide!`: what a plugin needs and offers, as constants in its file.

use crate::tokens::{Error, Result, fill, split_at_commas};
use proc_macro::{Ident, Literal, Span, TokenStream, TokenTree};

/// A service as a macro's input names it.
struct Named {
    identifier: Ident,
    name: TokenStream,
    major: TokenStream,
    minor: TokenStream,
    table: TokenStream,
}

pub fn cell(macro_name: &str, input: TokenStream, flags: &str) -> Result<TokenStream> {
    let usage = format!(
        "expected {macro_name}!(log, 1, 0) or {macro_name}!(shop_price_rule, \"shop.price_rule\", 1, 0, PriceRule)"
    );
    let parts = split_at_commas(input);
    let service = match parts.len() {
        3 => of_mortise(parts, &usage)?,
        5 => of_others(parts, &usage)?,
        _ => return Err(Error::new(Span::call_site(), usage)),
    };
    let requires = format!("module_requires_{}", service.identifier);
    let cell = format!("{}_service", service.identifier);
    let span = service.identifier.span();
    Ok(fill(
        r"
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static REQUIRES: ::mortise::sys::Requirement =
            ::mortise::__private::requirement(NAME, MAJOR, MINOR, FLAGS);

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static CELL: ::mortise::Cell<TABLE, { ::mortise::sys::version(MAJOR, MINOR) }> =
            // SAFETY: exported under the name that the host fills.
            unsafe { ::mortise::Cell::new() };
        ",
        &[
            ("REQUIRES", word(&requires, span)),
            ("CELL", word(&cell, span)),
            ("NAME", service.name),
            ("MAJOR", service.major),
            ("MINOR", service.minor),
            ("TABLE", service.table),
            ("FLAGS", fill(flags, &[])),
        ],
    ))
}

pub fn provision(input: TokenStream) -> Result<TokenStream> {
    let usage = "expected provide!(shop_price_rule, \"shop.price_rule\", 1, 0)";
    let mut parts = split_at_commas(input);
    if parts.len() != 4 {
        return Err(Error::new(Span::call_site(), usage));
    }
    parts.push(Vec::new());
    let service = of_others(parts, usage)?;
    let provides = format!("module_provides_{}", service.identifier);
    Ok(fill(
        r"
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static PROVIDES: ::mortise::sys::Provision =
            ::mortise::__private::provision(NAME, MAJOR, MINOR);
        ",
        &[
            ("PROVIDES", word(&provides, service.identifier.span())),
            ("NAME", service.name),
            ("MAJOR", service.major),
            ("MINOR", service.minor),
        ],
    ))
}

/// `log, 1, 0`: the service `mortise.log`, the identifier `mortise_log`, the table `LogV1`.
fn of_mortise(parts: Vec<Vec<TokenTree>>, usage: &str) -> Result<Named> {
    let short = identifier(&parts[0], usage)?;
    let text = short.to_string();
    let major = stream(&parts[1]);
    let camel: String = text.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect();
    let table = Ident::new(&format!("{camel}V{major}"), short.span());
    Ok(Named {
        identifier: Ident::new(&format!("mortise_{text}"), short.span()),
        name: TokenTree::Literal(Literal::string(&format!("mortise.{text}"))).into(),
        major,
        minor: stream(&parts[2]),
        table: fill("::mortise::sys::TABLE", &[("TABLE", TokenTree::Ident(table).into())]),
    })
}

fn of_others(parts: Vec<Vec<TokenTree>>, usage: &str) -> Result<Named> {
    Ok(Named {
        identifier: identifier(&parts[0], usage)?,
        name: stream(&parts[1]),
        major: stream(&parts[2]),
        minor: stream(&parts[3]),
        table: stream(&parts[4]),
    })
}

fn identifier(part: &[TokenTree], usage: &str) -> Result<Ident> {
    match part {
        [TokenTree::Ident(identifier)] => Ok(identifier.clone()),
        [other, ..] => Err(Error::new(other.span(), usage)),
        [] => Err(Error::new(Span::call_site(), usage)),
    }
}

fn stream(part: &[TokenTree]) -> TokenStream {
    part.iter().cloned().collect()
}

fn word(text: &str, span: Span) -> TokenStream {
    TokenTree::Ident(Ident::new(text, span)).into()
}
