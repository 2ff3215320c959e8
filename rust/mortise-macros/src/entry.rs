//! The attributes that make a function an entry point: each leaves the function as it is, and adds the
//! exported C function that calls it.

use crate::tokens::{Error, Result, fill, is_punct, split_at_commas};
use proc_macro::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};

/// One kind of entry point.
pub struct Entry {
    attribute: &'static str,
    /// The symbol that the host calls.
    export: &'static str,
    signature: &'static str,
    /// Whether the function may leave out its one parameter.
    may_take_nothing: bool,
    must_answer: bool,
    /// The C function EXPORT; FUNCTION is what it calls, which no name of the template may hide.
    template: &'static str,
}

/// Of register and init, which are called alike.
const START: &str = r#"
    #[unsafe(export_name = EXPORT)]
    pub unsafe extern "C" fn __mortise_entry(
        __host: *const ::mortise::sys::Host, __error: *mut ::mortise::sys::Error,
    ) -> i32 {
        let __function: fn(&::mortise::Host) -> _ = FUNCTION;
        // SAFETY: the host calls it as entry.h says.
        unsafe { ::mortise::__private::start(EXPORT, __host, __error, __function) }
    }"#;

pub const REGISTER: Entry = Entry {
    attribute: "register",
    export: "module_register",
    signature: "fn(&Host) -> Result<(), impl Display>",
    may_take_nothing: true,
    must_answer: false,
    template: START,
};

pub const INIT: Entry = Entry {
    attribute: "init",
    export: "module_init",
    signature: "fn(&Host) -> Result<(), impl Display>",
    may_take_nothing: true,
    must_answer: false,
    template: START,
};

pub const ROUTE: Entry = Entry {
    attribute: "route",
    export: "module_route",
    signature: "fn(&Context) -> Route or Option<Route>",
    may_take_nothing: false,
    must_answer: true,
    template: r#"
    #[unsafe(export_name = EXPORT)]
    pub unsafe extern "C" fn __mortise_entry(
        __context: *const ::mortise::sys::Context, __route: *mut ::mortise::sys::Route,
    ) -> i32 {
        let __function: fn(&::mortise::Context) -> _ = FUNCTION;
        // SAFETY: the host calls it as entry.h says.
        unsafe { ::mortise::__private::route(__context, __route, __function) }
    }"#,
};

pub const FINI: Entry = Entry {
    attribute: "fini",
    export: "module_fini",
    signature: "fn() or fn(&Host)",
    may_take_nothing: true,
    must_answer: false,
    template: r#"
    #[unsafe(export_name = EXPORT)]
    pub unsafe extern "C" fn __mortise_entry(__host: *const ::mortise::sys::Host) {
        let __function: fn(&::mortise::Host) = FUNCTION;
        // SAFETY: the host calls it as entry.h says.
        unsafe { ::mortise::__private::fini(__host, __function) }
    }"#,
};

/// What the macro needs to know of the function that it stands on; the compiler checks the types.
struct Function {
    name: Ident,
    parameters: usize,
}

pub fn expand(entry: &Entry, arguments: TokenStream, item: TokenStream) -> TokenStream {
    // The function stays in any case, so that a wrong signature brings no second error about its absence.
    let mut expanded = item.clone();
    expanded.extend(match parse(entry, arguments, item) {
        Ok(function) => wrap(entry, &function),
        Err(error) => error.into_tokens(),
    });
    expanded
}

fn wrap(entry: &Entry, function: &Function) -> TokenStream {
    let name = TokenTree::Ident(function.name.clone());
    let function =
        if function.parameters == 0 { fill("|_| NAME()", &[("NAME", name.into())]) } else { name.into() };
    // Inside a const, so that the function's own name and module stay as they are.
    let export = TokenTree::Literal(Literal::string(entry.export));
    let body = fill(entry.template, &[("EXPORT", export.into()), ("FUNCTION", function)]);
    fill("const _: () = { BODY };", &[("BODY", body)])
}

fn parse(entry: &Entry, arguments: TokenStream, item: TokenStream) -> Result<Function> {
    let Entry { attribute, signature, .. } = entry;
    let expected = format!("#[mortise::{attribute}] goes on {signature}");

    if let Some(argument) = arguments.into_iter().next() {
        return Err(Error::new(argument.span(), format!("#[mortise::{attribute}] takes no arguments")));
    }

    let mut tokens = item.into_iter().peekable();
    while is_punct(tokens.peek(), '#') {
        tokens.next();
        tokens.next(); // the attribute's […]
    }
    let name = loop {
        match tokens.next() {
            Some(TokenTree::Ident(word)) => match word.to_string().as_str() {
                "fn" => match tokens.next() {
                    Some(TokenTree::Ident(name)) => break name,
                    _ => return Err(Error::new(word.span(), expected)),
                },
                "pub" | "crate" => {}
                "async" | "unsafe" | "extern" => {
                    let message = format!("{expected}, which isn't `{word}`");
                    return Err(Error::new(word.span(), message));
                }
                "const" => {}
                _ => return Err(Error::new(word.span(), expected)),
            },
            // pub(crate)
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {}
            Some(other) => return Err(Error::new(other.span(), expected)),
            None => return Err(Error::new(Span::call_site(), expected)),
        }
    };

    // Lifetimes may stand in <…>; types and constants can't be known to a host.
    let mut lifetime = false;
    let parameters = loop {
        match tokens.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => break group,
            Some(TokenTree::Ident(word)) if !lifetime => {
                return Err(Error::new(word.span(), format!("{expected}, which isn't generic")));
            }
            Some(token) => lifetime = is_punct(Some(&token), '\''),
            None => return Err(Error::new(name.span(), expected)),
        }
    };
    let answers = is_punct(tokens.peek(), '-');

    let list = split_at_commas(parameters.stream());
    let too_few = list.is_empty() && !entry.may_take_nothing;
    if list.len() > 1 || too_few {
        let span = list.get(1).and_then(|parameter| parameter.first());
        let span = span.map_or(parameters.span(), TokenTree::span);
        let found = list.len();
        return Err(Error::new(span, format!("{expected}; this one has {found} parameters")));
    }
    for token in list.iter().flatten() {
        if token.to_string() == "self" {
            return Err(Error::new(token.span(), format!("{expected}, not on a method")));
        }
        if is_punct(Some(token), ':') {
            break;
        }
    }
    if entry.must_answer && !answers {
        return Err(Error::new(name.span(), format!("{expected}; this one answers nothing")));
    }
    Ok(Function { name, parameters: list.len() })
}
