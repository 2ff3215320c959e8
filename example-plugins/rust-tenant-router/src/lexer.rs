//! PostgreSQL's SQL as tokens: just enough to tell words from strings and comments.

/// One token. Whitespace and comments are not tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A word that means something to statement.rs; it may be a name all the same.
    Keyword(Keyword, &'a [u8]),
    /// Another keyword or a name, as written.
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
    /// Whether it may be a name.
    pub fn is_name(self) -> bool {
        matches!(self, Token::Keyword(..) | Token::Word(_) | Token::Quoted(_))
    }

    pub fn is(self, keyword: Keyword) -> bool {
        matches!(self, Token::Keyword(is, _) if is == keyword)
    }

    /// Whether it names this column: quoted exactly, or unquoted and folded to lower case.
    pub fn names(self, column: &[u8]) -> bool {
        match self {
            Token::Word(word) | Token::Keyword(_, word) => {
                word.iter().map(u8::to_ascii_lowercase).eq(column.iter().copied())
            }
            Token::Quoted(name) => name == column,
            _ => false,
        }
    }
}

macro_rules! keywords {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// The words that change what a statement means to the router.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Keyword {
            $(
                #[doc = $text]
                $name,
            )*
        }

        impl Keyword {
            /// Compares a word with all of them at once, as one number; none is longer than 16 letters.
            #[allow(non_upper_case_globals)]
            fn of(word: &[u8]) -> Option<Self> {
                $(
                    const $name: u128 = pack($text.as_bytes());
                )*
                if word.len() > 16 {
                    return None;
                }
                match pack(word) {
                    $($name => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

keywords!(
    And = "and",
    Between = "between",
    Case = "case",
    Delete = "delete",
    Except = "except",
    Fetch = "fetch",
    For = "for",
    Group = "group",
    Having = "having",
    Insert = "insert",
    Intersect = "intersect",
    Into = "into",
    Limit = "limit",
    Offset = "offset",
    On = "on",
    Or = "or",
    Order = "order",
    Returning = "returning",
    Select = "select",
    Union = "union",
    Update = "update",
    Values = "values",
    Where = "where",
    Window = "window",
);

/// At most 16 bytes as a number. Setting the bit that makes letters small turns no other byte of a word into
/// a letter.
const fn pack(word: &[u8]) -> u128 {
    let (mut number, mut index) = (0, 0);
    while index < word.len() {
        number = (number << 8) | (word[index] | 0x20) as u128;
        index += 1;
    }
    number
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

    /// Moves on over bytes of these classes, and answers what was passed.
    fn take(&mut self, classes: u8) -> &'a [u8] {
        let start = self.at;
        while self.at < self.sql.len() && is(self.sql[self.at], classes) {
            self.at += 1;
        }
        &self.sql[start..self.at]
    }

    /// Moves on to the end of the line.
    fn skip_line(&mut self) {
        while self.at < self.sql.len() && !is(self.sql[self.at], LINE_END) {
            self.at += 1;
        }
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
        let digits = self.take(DIGIT);
        if !digits.is_empty() {
            let number = digits.iter().fold(0_usize, |number, digit| {
                number.saturating_mul(10).saturating_add(usize::from(digit - b'0'))
            });
            return number.checked_sub(1).map_or(Token::Other, Token::Parameter);
        }
        self.take(WORD);
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
        let word = self.take(WORD | DOLLAR);
        // E'…', B'…', X'…', N'…' and U&'…' are strings; only in E'…' does a backslash escape.
        match (word, self.peek(0), self.peek(1)) {
            ([b'e' | b'E'], b'\'', _) => self.string(true),
            ([b'b' | b'B' | b'x' | b'X' | b'n' | b'N'], b'\'', _) => self.string(false),
            _ => Keyword::of(word).map_or(Token::Word(word), |keyword| Token::Keyword(keyword, word)),
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
            self.take(SPACE);
            match (self.peek(0), self.peek(1)) {
                _ if self.at >= self.sql.len() => return None,
                (b'-', b'-') => self.skip_line(),
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
            (byte, _) if is(byte, DIGIT) => {
                while is(self.peek(0), WORD) || self.peek(0) == b'.' {
                    self.at += 1;
                }
                Token::Other
            }
            (b'.', _) => self.one(Token::Dot),
            (byte, _) if is(byte, WORD) => self.word(),
            (byte, _) if is(byte, OPERATOR) => {
                let start = self.at;
                // An operator ends where a comment begins.
                while is(self.peek(0), OPERATOR)
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

const SPACE: u8 = 1;
const DIGIT: u8 = 2;
/// Letters, digits and `_`, and every byte of what isn't ASCII, as in PostgreSQL.
const WORD: u8 = 4;
/// What a name may hold, but not begin with.
const DOLLAR: u8 = 8;
const OPERATOR: u8 = 16;
const LINE_END: u8 = 32;

/// The classes of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | 0x0b | 0x0c => SPACE,
            b'\n' | b'\r' => SPACE | LINE_END,
            b'0'..=b'9' => DIGIT | WORD,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff => WORD,
            b'$' => DOLLAR,
            b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'~' | b'!' | b'@' | b'#' | b'%' | b'^'
            | b'&' | b'|' | b'`' | b'?' => OPERATOR,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn is(byte: u8, classes: u8) -> bool {
    CLASSES[usize::from(byte)] & classes != 0
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
