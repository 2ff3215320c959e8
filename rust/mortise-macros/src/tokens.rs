//! The little that the macros need of a parser.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// What is wrong with a macro's input, and where.
pub struct Error {
    span: Span,
    message: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// `::core::compile_error! { "message" }`, so that the compiler shows it at the span.
    pub fn into_tokens(self) -> TokenStream {
        let punct = |character, spacing| {
            let mut punct = Punct::new(character, spacing);
            punct.set_span(self.span);
            TokenTree::Punct(punct)
        };
        let word = |text| TokenTree::Ident(Ident::new(text, self.span));
        let mut message = Literal::string(&self.message);
        message.set_span(self.span);
        let mut body = Group::new(Delimiter::Brace, TokenTree::Literal(message).into());
        body.set_span(self.span);
        [
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            word("core"),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            word("compile_error"),
            punct('!', Spacing::Alone),
            TokenTree::Group(body),
        ]
        .into_iter()
        .collect()
    }
}

pub fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// The parts between commas. Commas inside `<…>` don't count, and one at the end makes no part.
pub fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut parts, mut depth, mut before) = (vec![Vec::new()], 0_u32, ' ');
    for token in tokens {
        let character = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match character {
            '<' => depth += 1,
            '>' if before != '-' && before != '=' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = character;
        if character == ',' && depth == 0 {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    if parts.last().is_some_and(Vec::is_empty) {
        parts.pop();
    }
    parts
}

/// The tokens of `template`, in which each identifier of `values` stands for its tokens.
pub fn fill(template: &str, values: &[(&str, TokenStream)]) -> TokenStream {
    let template = template.parse().unwrap_or_else(|error| panic!("{error} in {template}"));
    replace(template, values)
}

fn replace(template: TokenStream, values: &[(&str, TokenStream)]) -> TokenStream {
    let mut filled = TokenStream::new();
    for token in template {
        match token {
            TokenTree::Group(group) => {
                let inside = replace(group.stream(), values);
                filled.extend([TokenTree::Group(Group::new(group.delimiter(), inside))]);
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                match values.iter().find(|value| value.0 == name) {
                    Some(value) => filled.extend(value.1.clone()),
                    None => filled.extend([TokenTree::Ident(ident)]),
                }
            }
            other => filled.extend([other]),
        }
    }
    filled
}
