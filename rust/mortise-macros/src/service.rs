//! `require!`, `want!` and `provide!`: what a plugin needs and offers, as constants in its file.

use crate::tokens::{Error, Result, fill, is_punct, split_at_commas};
use proc_macro::{Ident, Literal, Span, TokenStream, TokenTree};

/// A service as a macro's input names it.
struct Named {
    identifier: Ident,
    name: TokenStream,
    major: TokenStream,
    minor: TokenStream,
    table: TokenStream,
    /// Tests what only the compiler knows of the input.
    check: TokenStream,
}

impl Named {
    /// The tokens of `template`, in which ALIAS, CHECK, MAJOR, MINOR, NAME and TABLE stand for what the service has, and
    /// the first of each of `own` for an identifier: the second, with the service's in place of `{}`.
    fn fill(self, template: &str, own: &[(&str, &str)], others: &[(&str, TokenStream)]) -> TokenStream {
        let identifier = self.identifier.to_string();
        let span = self.identifier.span();
        let mut values = vec![
            ("ALIAS", alias(&self.identifier)),
            ("CHECK", self.check),
            ("MAJOR", self.major),
            ("MINOR", self.minor),
            ("NAME", self.name),
            ("TABLE", self.table),
        ];
        values.extend(own.iter().map(|(key, form)| (*key, word(&form.replace("{}", &identifier), span))));
        values.extend_from_slice(others);
        fill(template, &values)
    }
}

pub fn cell(macro_name: &str, input: TokenStream, flags: &str) -> Result<TokenStream> {
    let usage = format!(
        "expected {macro_name}!(log, 1, 0), {macro_name}!(shop_price_rule::ShopPriceRuleV1) or \
         {macro_name}!(shop_price_rule, \"shop.price_rule\", 1, 0, PriceRule)"
    );
    let parts = split_at_commas(input);
    let service = match parts.len() {
        1 | 2 => of_type(parts, &usage)?,
        3 => of_mortise(parts, &usage)?,
        5 => of_others(parts, &usage)?,
        _ => return Err(Error::new(Span::call_site(), usage)),
    };
    // The type is named once, so that one that isn't there is one error.
    Ok(service.fill(
        r#"
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        type ALIAS = TABLE;

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        const STATED: &str = {
            CHECK
            ::mortise::Cell::<ALIAS, { ::mortise::sys::version(MAJOR, MINOR) }>::check(NAME)
        };

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static REQUIRES: ::mortise::__private::Signed<::mortise::sys::Requirement, { STATED.len() + 1 }> =
            ::mortise::__private::requirement(NAME, MAJOR, MINOR, FLAGS, STATED);

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        #[cfg_attr(target_os = "linux", unsafe(link_section = "mortise_cells"))]
        pub static CELL: ::mortise::Cell<ALIAS, { ::mortise::sys::version(MAJOR, MINOR) }> =
            // SAFETY: exported under the name that the host fills, with what REQUIRES asks for and has checked.
            unsafe { ::mortise::Cell::new() };
        "#,
        &[
            ("REQUIRES", "module_requires_{}"),
            ("STATED", "__{}_signature"),
            ("CELL", "{}_service"),
        ],
        &[("FLAGS", fill(flags, &[]))],
    ))
}

pub fn provision(input: TokenStream) -> Result<TokenStream> {
    let usage = "expected provide!(shop_price_rule::Table) or provide!(shop_price_rule, \"shop.price_rule\", 1, 0, PriceRule)";
    let mut parts = split_at_commas(input);
    let service = match parts.len() {
        1 => of_type(parts, usage)?,
        4 => {
            parts.push(fill("::mortise::__private::Unstated", &[]).into_iter().collect());
            of_others(parts, usage)?
        }
        5 => of_others(parts, usage)?,
        _ => return Err(Error::new(Span::call_site(), usage)),
    };
    Ok(service.fill(
        r"
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        const STATED: (&str, u16, u16, &str) = {
            #[allow(dead_code, non_camel_case_types)]
            type ALIAS = TABLE;
            CHECK
            (NAME, MAJOR, MINOR, <ALIAS as ::mortise::Service>::SIGNATURE)
        };

        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static PROVIDES: ::mortise::__private::Signed<::mortise::sys::Provision, { STATED.3.len() + 1 }> =
            ::mortise::__private::provision(STATED.0, STATED.1, STATED.2, STATED.3);
        ",
        &[("PROVIDES", "module_provides_{}"), ("STATED", "__{}_provided")],
        &[],
    ))
}

/// `shop_price_rule::ShopPriceRuleV1` and perhaps a minor: the type says all else.
fn of_type(parts: Vec<Vec<TokenTree>>, usage: &str) -> Result<Named> {
    let path = &parts[0];
    let wrong =
        |token: Option<&TokenTree>| Error::new(token.map_or_else(Span::call_site, TokenTree::span), usage);
    for token in path {
        if !matches!(token, TokenTree::Ident(_)) && !is_punct(Some(token), ':') {
            return Err(wrong(Some(token)));
        }
    }
    let [.., TokenTree::Ident(module), _, _, TokenTree::Ident(_)] = path.as_slice() else {
        return Err(wrong(path.first()));
    };
    let text = module.to_string();
    if matches!(text.as_str(), "crate" | "self" | "super") || text.starts_with("r#") {
        return Err(wrong(path.first()));
    }
    let alias = alias(module);
    let constant =
        |name: &str| fill(&format!("<ALIAS as ::mortise::Service>::{name}"), &[("ALIAS", alias.clone())]);
    Ok(Named {
        identifier: module.clone(),
        name: constant("NAME"),
        major: constant("MAJOR"),
        minor: parts.get(1).map_or_else(|| constant("MINOR"), |minor| stream(minor)),
        check: fill(
            "::mortise::Cell::<ALIAS, 0>::check_module(MODULE);",
            &[("ALIAS", alias.clone()), ("MODULE", TokenTree::Literal(Literal::string(&text)).into())],
        ),
        table: stream(path),
    })
}

/// The name that the macros give a table's type.
fn alias(service: &Ident) -> TokenStream {
    word(&format!("__{service}_table"), service.span())
}

/// `log, 1, 0`: the service `mortise.log`, the identifier `mortise_log`, the table `LogV1`.
fn of_mortise(parts: Vec<Vec<TokenTree>>, usage: &str) -> Result<Named> {
    let short = identifier(&parts[0], usage)?;
    let text = short.to_string();
    let is_word = |part: &str| part.starts_with(|first: char| first.is_ascii_lowercase());
    if !text.split('_').all(is_word) {
        let message = format!("`{text}` is not a service of the host: {usage}");
        return Err(Error::new(short.span(), message));
    }
    let major = stream(&parts[1]);
    // It becomes a part of an identifier.
    if major.is_empty() || !major.to_string().bytes().all(|byte| byte.is_ascii_digit()) {
        let span = parts[1].first().map_or_else(Span::call_site, TokenTree::span);
        return Err(Error::new(span, format!("the major version is a number: {usage}")));
    }
    let camel: String = text.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect();
    let table = Ident::new(&format!("{camel}V{major}"), short.span());
    Ok(Named {
        identifier: Ident::new(&format!("mortise_{text}"), short.span()),
        name: TokenTree::Literal(Literal::string(&format!("mortise.{text}"))).into(),
        major,
        minor: stream(&parts[2]),
        table: fill("::mortise::sys::TABLE", &[("TABLE", TokenTree::Ident(table).into())]),
        check: TokenStream::new(),
    })
}

fn of_others(parts: Vec<Vec<TokenTree>>, usage: &str) -> Result<Named> {
    Ok(Named {
        identifier: identifier(&parts[0], usage)?,
        name: stream(&parts[1]),
        major: stream(&parts[2]),
        minor: stream(&parts[3]),
        table: stream(&parts[4]),
        check: TokenStream::new(),
    })
}

fn identifier(part: &[TokenTree], usage: &str) -> Result<Ident> {
    match part {
        // It becomes a part of others, which r#… can't.
        [TokenTree::Ident(identifier)] if !identifier.to_string().starts_with("r#") => Ok(identifier.clone()),
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
