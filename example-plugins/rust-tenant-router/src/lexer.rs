//! PostgreSQL's SQL as tokens: just enough to tell words from strings and comments.

/// One token. Whitespace and comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A keyword or a name, as written.
    Word(&'a [u8]),
    /// A name in double quotes, without them.
    Quoted(&'a [u8]),
    /// `$1` is 0.
    Parameter(usize),
    /// `::`
    Cast,
    /// `=`, and not part of a longer operator.
    Equals,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `;`
    Semicolon,
    /// A string, a number, an operator, or a byte that has no place in SQL.
    Other,
}

impl Token<'_> {
    /// Whether it is this keyword, which is given in capitals.
    pub fn is(self, keyword: &str) -> bool {
        matches!(self, Token::Word(word) if word.eq_ignore_ascii_case(keyword.as_bytes()))
    }

    /// Whether it names this column: quoted exactly, or unquoted and folded to lower case.
    pub fn names(self, column: &[u8]) -> bool {
        match self {
            Token::Word(word) => word.iter().map(u8::to_ascii_lowercase).eq(column.iter().copied()),
            Token::Quoted(name) => name == column,
            _ => false,
        }
    }
}

/// Cuts SQL into tokens, without allocation. What isn't closed reaches to the end.
pub struct Lexer<'a> {
    sql: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(sql: &'a [u8]) -> Self {
        Self { sql, at: 0 }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.sql.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Moves on while `is` holds, and answers what was passed.
    fn take_while(&mut self, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.sql[self.at..];
        let size = rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len());
        self.at += size;
        &rest[..size]
    }

    /// Moves behind the next `end` that isn't doubled, and answers what stands before it.
    fn take_quoted(&mut self, end: u8, backslashes: bool) -> &'a [u8] {
        let start = self.at;
        while self.at < self.sql.len() {
            let byte = self.peek(0);
            self.at += 1;
            if byte == end {
                if self.peek(0) != end {
                    return &self.sql[start..self.at - 1];
                }
                self.at += 1;
            } else if backslashes && byte == b'\\' {
                self.at += 1;
            }
        }
        self.at = self.sql.len();
        &self.sql[start..]
    }

    /// Moves behind a comment, whose start lies behind already; PostgreSQL's comments nest.
    fn skip_comment(&mut self) {
        let mut depth = 1;
        while depth > 0 && self.at < self.sql.len() {
            let step = match (self.peek(0), self.peek(1)) {
                (b'*', b'/') => (-1, 2),
                (b'/', b'*') => (1, 2),
                _ => (0, 1),
            };
            depth += step.0;
            self.at += step.1;
        }
    }

    /// At a `$`: a parameter, a `$tag$string$tag$`, or a stray byte.
    fn dollar(&mut self) -> Token<'a> {
        let start = self.at;
        self.at += 1;
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        if !digits.is_empty() {
            let number = digits.iter().fold(0_usize, |number, digit| {
                number.saturating_mul(10).saturating_add(usize::from(digit - b'0'))
            });
            return number.checked_sub(1).map_or(Token::Other, Token::Parameter);
        }
        self.take_while(is_word);
        if self.peek(0) == b'$' {
            self.at += 1;
            let tag = &self.sql[start..self.at];
            let rest = &self.sql[self.at..];
            let end = rest.windows(tag.len()).position(|window| window == tag);
            self.at = end.map_or(self.sql.len(), |end| self.at + end + tag.len());
        }
        Token::Other
    }

    fn word(&mut self) -> Token<'a> {
        // A word may hold a $, but not begin with one.
        let word = self.take_while(|byte| is_word(byte) || byte == b'$');
        // E'…', B'…', X'…', N'…' and U&'…' are strings; only in E'…' does a backslash escape.
        match (word, self.peek(0), self.peek(1)) {
            ([b'e' | b'E'], b'\'', _) => self.string(true),
            ([b'b' | b'B' | b'x' | b'X' | b'n' | b'N'], b'\'', _) => self.string(false),
            _ => Token::Word(word),
        }
    }

    fn string(&mut self, backslashes: bool) -> Token<'a> {
        self.at += 1;
        self.take_quoted(b'\'', backslashes);
        Token::Other
    }

    fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.take_while(|byte| byte.is_ascii_whitespace() || byte == 0x0b);
            match (self.peek(0), self.peek(1)) {
                _ if self.at >= self.sql.len() => return None,
                (b'-', b'-') => {
                    self.take_while(|byte| byte != b'\n' && byte != b'\r');
                }
                (b'/', b'*') => {
                    self.at += 2;
                    self.skip_comment();
                }
                _ => break,
            }
        }
        Some(match (self.peek(0), self.peek(1)) {
            (b'\'', _) => self.string(false),
            (b'"', _) => {
                self.at += 1;
                Token::Quoted(self.take_quoted(b'"', false))
            }
            (b'$', _) => self.dollar(),
            (b'(', _) => self.one(Token::Open),
            (b')', _) => self.one(Token::Close),
            (b',', _) => self.one(Token::Comma),
            (b';', _) => self.one(Token::Semicolon),
            (b':', b':') => {
                self.at += 2;
                Token::Cast
            }
            (byte, _) if byte.is_ascii_digit() => {
                self.take_while(|byte| is_word(byte) || byte == b'.');
                Token::Other
            }
            (b'.', _) => self.one(Token::Dot),
            (byte, _) if is_word(byte) => self.word(),
            (byte, _) if is_operator(byte) => {
                let start = self.at;
                // An operator ends where a comment begins.
                while is_operator(self.peek(0))
                    && !matches!((self.peek(0), self.peek(1)), (b'-', b'-') | (b'/', b'*'))
                {
                    self.at += 1;
                }
                if &self.sql[start..self.at] == b"=" { Token::Equals } else { Token::Other }
            }
            _ => self.one(Token::Other),
        })
    }
}

/// Letters, digits and `_`, and every byte of what isn't ASCII, as in PostgreSQL.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_operator(byte: u8) -> bool {
    b"+-*/<>=~!@#%^&|`?".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(sql: &str) -> Vec<Token<'_>> {
        Lexer::new(sql.as_bytes()).collect()
    }

    #[test]
    fn words_and_punctuation() {
        let word = |text: &'static str| Token::Word(text.as_bytes());
        assert_eq!(
            tokens("a.b1 = $12::int8, (\"x\"\"y\");"),
            [
                word("a"),
                Token::Dot,
                word("b1"),
                Token::Equals,
                Token::Parameter(11),
                Token::Cast,
                word("int8"),
                Token::Comma,
                Token::Open,
                Token::Quoted(b"x\"\"y"),
                Token::Close,
                Token::Semicolon
            ]
        );
        assert_eq!(tokens("a<=1.5e3"), [word("a"), Token::Other, Token::Other]);
        assert_eq!(tokens("a$1"), [word("a$1")]);
        assert_eq!(tokens("=-- c\n=/* c */="), [Token::Equals; 3]);
        assert_eq!(tokens("$0 $"), [Token::Other; 2]);
        assert_eq!(tokens("$99999999999999999999999"), [Token::Parameter(usize::MAX - 1)]);
    }

    #[test]
    fn strings_and_comments_hide_what_is_in_them() {
        let end = Token::Word(b"end");
        for hidden in [
            "'a = $1' end",
            "'it''s a = $1' end",
            "'\\' end",
            "E'it\\'s a = $1' end",
            "e'\\\\' end",
            "$$ a = $1 'x $$ end",
            "$q$ a $$ = $1 $q$ end",
            "x'ff' end",
        ] {
            assert_eq!(tokens(hidden), [Token::Other, end], "{hidden}");
        }
        assert_eq!(tokens("-- a = $1\nend"), [end]);
        assert_eq!(tokens("/* a /* = */ $1 */ end"), [end]);
        assert_eq!(tokens("/* a"), []);
        assert_eq!(tokens("'a"), [Token::Other]);
        assert_eq!(tokens("E'a\\"), [Token::Other]);
        assert_eq!(tokens("$a$ a"), [Token::Other]);
    }
}
