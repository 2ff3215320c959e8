//! The one tenant that a statement is limited to, as far as its text can tell.
//!
//! Not a parser: it knows the few shapes below, and has no answer for any other. A wrong shard is worse
//! than no opinion, so whatever might widen a condition (OR, NOT, CASE, a second SELECT, an operator behind
//! the parameter) ends the search.
//!
//! - SELECT, UPDATE and DELETE: `WHERE … AND column = $n AND …`, with parentheses and table names as they come
//! - INSERT: `INSERT INTO t (…, column, …) VALUES (…, $n, …)`, one row

use crate::lexer::{Keyword, Lexer, Token};

/// What the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Which bind parameter is the tenant, from 0.
    pub parameter: usize,
    /// Whether it is a SELECT that takes no lock and writes no table.
    pub reads: bool,
}

/// `None` when the statement isn't limited to one tenant by one parameter.
pub fn read(sql: &[u8], column: &[u8]) -> Option<Statement> {
    let mut tokens = Lexer::new(sql);
    let verb = tokens.next()?;
    if verb.is(Keyword::Insert) {
        let parameter = inserted(&mut tokens, column)?;
        return Some(Statement { parameter, reads: false });
    }
    let selects = verb.is(Keyword::Select);
    if !selects && !verb.is(Keyword::Update) && !verb.is(Keyword::Delete) {
        return None;
    }
    let mut search = Search::default();
    for token in tokens {
        search.step(token, column)?;
    }
    // What follows the parameter at the end of the text follows nothing.
    let parameter = search.found.filter(|found| found.depth == 0)?.parameter;
    Some(Statement { parameter, reads: selects && !search.writes })
}

/// The parameter in the column's place: `INTO t (…) VALUES (…)`.
fn inserted(tokens: &mut Lexer<'_>, column: &[u8]) -> Option<usize> {
    // The table's name, perhaps with a schema or an alias.
    loop {
        match tokens.next()? {
            Token::Open => break,
            Token::Dot => {}
            token if token.is_name() => {}
            _ => return None,
        }
    }
    let (mut place, mut of_column) = (0, None);
    loop {
        match tokens.next()? {
            Token::Comma => place += 1,
            Token::Close => break,
            token if token.names(column) => of_column = Some(place),
            token if token.is_name() => {}
            _ => return None,
        }
    }
    let of_column = of_column?;
    if !tokens.next()?.is(Keyword::Values) || tokens.next()? != Token::Open {
        return None;
    }
    let (mut place, mut depth, mut item, mut parameter) = (0, 0_u32, Item::Start, None);
    loop {
        let token = tokens.next()?;
        match token {
            Token::Open => depth += 1,
            Token::Close if depth > 0 => depth -= 1,
            Token::Comma | Token::Close if depth == 0 => {
                if place == of_column {
                    parameter = item.parameter();
                }
                if token == Token::Close {
                    break;
                }
                (place, item) = (place + 1, Item::Start);
                continue;
            }
            _ => {}
        }
        item = item.followed_by(token);
    }
    // ON CONFLICT and RETURNING touch the same row; a comma here would begin a second row.
    match tokens.next() {
        None => parameter,
        Some(Token::Semicolon) => tokens.next().map_or(parameter, |_| None),
        Some(token) if token.is(Keyword::On) || token.is(Keyword::Returning) => {
            let mut rest =
                tokens.skip_while(|token| *token != Token::Semicolon && !token.is(Keyword::Select));
            let ends = rest.next().is_none_or(|token| token == Token::Semicolon) && rest.next().is_none();
            parameter.filter(|_| ends)
        }
        Some(_) => None,
    }
}

/// An item of VALUES, as far as it has been read.
#[derive(Clone, Copy)]
enum Item {
    Start,
    /// `$n`, or `$n::type`
    Parameter(usize),
    /// `$n::`
    Cast(usize),
    Other,
}

impl Item {
    fn followed_by(self, token: Token<'_>) -> Self {
        match (self, token) {
            (Self::Start, Token::Parameter(parameter)) => Self::Parameter(parameter),
            (Self::Parameter(parameter), Token::Cast) => Self::Cast(parameter),
            (Self::Cast(parameter), _) if token.is_name() => Self::Parameter(parameter),
            _ => Self::Other,
        }
    }

    fn parameter(self) -> Option<usize> {
        match self {
            Self::Parameter(parameter) => Some(parameter),
            _ => None,
        }
    }
}

/// A comparison that has been found.
#[derive(Clone, Copy)]
struct Found {
    parameter: usize,
    /// How many parentheses around it are still open.
    depth: u32,
}

/// What the last tokens were, as far as they matter.
#[derive(Clone, Copy, Default, PartialEq)]
enum Before {
    /// WHERE, AND, or a `(` behind one: a condition begins.
    Connective,
    /// The column stands where a condition begins.
    Column,
    /// `column =`
    ColumnEquals,
    /// A parameter stands where a condition begins.
    Parameter(usize),
    /// `$n =`, and then perhaps a table's name
    ParameterEquals(usize),
    /// A table's name where a condition begins, which a dot may follow.
    Table,
    /// `$n = t`
    ParameterEqualsTable(usize),
    /// `column = $n`, or its `)`: nothing may follow that changes its meaning.
    Tail,
    /// `column = $n ::`
    TailCast,
    #[default]
    Other,
}

/// The search through SELECT, UPDATE and DELETE.
#[derive(Default)]
struct Search {
    before: Before,
    found: Option<Found>,
    in_where: bool,
    /// BETWEEN waits for its AND, which isn't a connective.
    between: bool,
    depth: u32,
    /// The depth of a parenthesis that isn't one around conditions: a call, a list, a subquery. 0: none.
    opaque: u32,
    /// One bit for each depth of open parentheses around conditions that hold an OR.
    or: u64,
    writes: bool,
    ended: bool,
}

impl Search {
    /// `None` ends the search: the statement is none of the known shapes.
    fn step(&mut self, token: Token<'_>, column: &[u8]) -> Option<()> {
        if self.ended {
            return None; // something behind the ;
        }
        match token {
            Token::Open => return self.open(),
            Token::Close => return self.close(),
            Token::Semicolon => {
                self.ended = true;
                self.before = Before::Other;
                return (self.depth == 0).then_some(());
            }
            _ => {}
        }
        if let Token::Keyword(keyword, _) = token {
            self.keyword(keyword)?;
            // What AND and WHERE begin, the next token decides.
            if matches!(keyword, Keyword::And | Keyword::Where) {
                return Some(());
            }
        }
        if !self.in_where || self.opaque > 0 {
            return Some(());
        }
        self.before = match (self.before, token) {
            (Before::Connective, Token::Parameter(parameter)) => Before::Parameter(parameter),
            (Before::Connective, _) if token.names(column) => Before::Column,
            (Before::Connective, _) if token.is_name() => Before::Table,
            // The table's name is behind: what follows the dot stands in its place.
            (Before::Table | Before::Column, Token::Dot) => Before::Connective,
            (Before::Column, Token::Equals) => Before::ColumnEquals,
            (Before::ColumnEquals, Token::Parameter(parameter)) => return self.find(parameter),
            (Before::Parameter(parameter), Token::Equals) => Before::ParameterEquals(parameter),
            (Before::ParameterEquals(parameter), _) if token.names(column) => return self.find(parameter),
            (Before::ParameterEquals(parameter), _) if token.is_name() => {
                Before::ParameterEqualsTable(parameter)
            }
            (Before::ParameterEqualsTable(parameter), Token::Dot) => Before::ParameterEquals(parameter),
            (Before::Tail, Token::Cast) => Before::TailCast,
            (Before::TailCast, _) if token.is_name() => Before::Tail,
            (Before::Tail | Before::TailCast, _) => return None,
            _ => Before::Other,
        };
        Some(())
    }

    /// What a keyword changes, whatever stands before it.
    fn keyword(&mut self, keyword: Keyword) -> Option<()> {
        use Keyword::{
            And, Between, Case, Except, Fetch, For, Group, Having, Intersect, Into, Limit, Offset, Or, Order,
            Returning, Select, Union, Where, Window,
        };
        let top = self.depth == 0;
        let condition = self.in_where && self.opaque == 0;
        match keyword {
            Select | Union | Intersect | Except => return None,
            Case if self.in_where => return None,
            Where if top => {
                self.in_where = true;
                self.before = Before::Connective;
            }
            Group | Having | Window | Order | Limit | Offset | Fetch | For | Returning | Into if top => {
                self.writes |= matches!(keyword, For | Into);
                self.in_where = false;
                self.before = Before::Other;
            }
            Or if condition => {
                if self.found.is_some_and(|found| found.depth == self.depth) {
                    return None;
                }
                self.or |= 1 << self.depth;
            }
            Between if condition => self.between = true,
            And if condition => {
                self.before = if self.between { Before::Other } else { Before::Connective };
                self.between = false;
            }
            _ => {}
        }
        Some(())
    }

    fn open(&mut self) -> Option<()> {
        self.depth += 1;
        if self.depth >= u64::BITS {
            return None;
        }
        if !self.in_where || self.opaque > 0 {
            return Some(());
        }
        match self.before {
            Before::Connective => self.or &= !(1 << self.depth),
            Before::Tail | Before::TailCast => return None,
            _ => {
                self.opaque = self.depth;
                self.before = Before::Other;
            }
        }
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        if self.opaque == self.depth {
            self.opaque = 0;
        } else if self.opaque == 0 && self.in_where {
            self.before = Before::Other;
        }
        self.depth = self.depth.checked_sub(1)?;
        if let Some(found) = self.found.as_mut().filter(|found| found.depth > self.depth) {
            found.depth = self.depth;
            self.before = Before::Tail;
        }
        Some(())
    }

    fn find(&mut self, parameter: usize) -> Option<()> {
        // An OR around it, or another parameter for the same column.
        let around = u64::MAX >> (u64::BITS - 1 - self.depth);
        if self.or & around != 0 || self.found.is_some_and(|found| found.parameter != parameter) {
            return None;
        }
        let depth = self.found.map_or(self.depth, |found| found.depth.min(self.depth));
        self.found = Some(Found { parameter, depth });
        self.before = Before::Tail;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(sql: &str) -> Option<usize> {
        // From 1, as in the SQL.
        read(sql.as_bytes(), b"tenant_id").map(|statement| statement.parameter + 1)
    }

    #[test]
    fn finds_the_comparison() {
        for (sql, found) in [
            ("SELECT * FROM orders WHERE tenant_id = $1", 1),
            ("select * from orders where TENANT_ID=$12;", 12),
            ("SELECT * FROM orders o WHERE o.tenant_id = $2 AND o.id = $1 ORDER BY id LIMIT 3", 2),
            ("SELECT * FROM orders WHERE id = $1 AND \"tenant_id\" = $2::bigint", 2),
            ("SELECT * FROM s.orders WHERE $1 = s.orders.tenant_id AND total > 3", 1),
            ("SELECT * FROM orders WHERE (((\"o\".\"tenant_id\" = $1) AND id = 4))", 1),
            ("SELECT * FROM orders WHERE (a = 1 OR b = 2) AND tenant_id = $3", 3),
            ("SELECT * FROM orders WHERE tenant_id = $3 AND (a = 1 OR b = 2)", 3),
            ("SELECT * FROM orders WHERE id IN ($1, $2) AND tenant_id = $3", 3),
            ("SELECT * FROM orders WHERE day BETWEEN $1 AND $2 AND tenant_id = $3", 3),
            ("SELECT * FROM orders WHERE NOT paid AND deleted IS NULL AND tenant_id = $1", 1),
            ("SELECT CASE WHEN a OR b THEN 1 END FROM orders WHERE tenant_id = $1 ORDER BY a OR b", 1),
            ("SELECT * FROM a JOIN b ON a.x = b.x AND a.y = $1 WHERE a.tenant_id = $2", 2),
            ("SELECT * FROM a JOIN b ON b.tenant_id = $1 WHERE a.tenant_id = $1 AND b.tenant_id = $1", 1),
            ("SELECT * FROM orders WHERE note = 'OR ''x' /* OR */ AND tenant_id = $1 -- OR", 1),
            ("SELECT * FROM orders WHERE lower(name) = $1 AND tenant_id = $2 FOR UPDATE", 2),
            ("UPDATE orders SET tenant_id = $1, a = a OR b WHERE tenant_id = $2", 2),
            ("DELETE FROM orders WHERE tenant_id = $1 RETURNING id", 1),
            ("INSERT INTO orders (id, tenant_id, note) VALUES ($1, $2, 'x')", 2),
            ("INSERT INTO s.\"orders\" AS o (\"tenant_id\") VALUES ($3::int) RETURNING id, note;", 3),
            (
                "INSERT INTO orders (at, tenant_id) VALUES (coalesce($1, now()), $2) ON CONFLICT (id) DO UPDATE SET a = 1, b = 2",
                2,
            ),
        ] {
            assert_eq!(parameter(sql), Some(found), "{sql}");
        }
    }

    #[test]
    fn says_nothing_when_the_statement_may_reach_further() {
        for sql in [
            "",
            "BEGIN",
            "SELECT 1",
            "SELECT * FROM orders",
            "SELECT tenant_id = $1 FROM orders",
            "SELECT * FROM orders WHERE tenant_id = 4",
            "SELECT * FROM orders WHERE tenant_id > $1",
            "SELECT * FROM orders WHERE tenant_id <> $1",
            "SELECT * FROM orders WHERE tenant_id = $1 + 1",
            "SELECT * FROM orders WHERE tenant_id = $1::int % 4",
            "SELECT * FROM orders WHERE tenant_id = $1[1]",
            "SELECT * FROM orders WHERE tenant_id = ANY($1)",
            "SELECT * FROM orders WHERE tenant_id IN ($1, $2)",
            "SELECT * FROM orders WHERE tenant_id + 1 = $1",
            "SELECT * FROM orders WHERE 2 * tenant_id = $1",
            "SELECT * FROM orders WHERE my_tenant_id = $1",
            "SELECT * FROM orders WHERE tenant_id.x = $1",
            "SELECT * FROM orders WHERE tenant_id = $1 OR id = $2",
            "SELECT * FROM orders WHERE id = $2 OR tenant_id = $1",
            "SELECT * FROM orders WHERE id = $2 OR a = 1 AND tenant_id = $1",
            "SELECT * FROM orders WHERE (tenant_id = $1 AND a = 1) OR b = 2",
            "SELECT * FROM orders WHERE (tenant_id = $1 OR a = 1) AND b = 2",
            "SELECT * FROM orders WHERE (a = 1 OR (tenant_id = $1)) AND b = 2",
            "SELECT * FROM orders WHERE NOT tenant_id = $1",
            "SELECT * FROM orders WHERE NOT (tenant_id = $1)",
            "SELECT * FROM orders WHERE NOT (a = 1 AND tenant_id = $1)",
            "SELECT * FROM orders WHERE (tenant_id = $1) IS NOT TRUE",
            "SELECT * FROM orders WHERE tenant_id = $1 IS FALSE",
            "SELECT * FROM orders WHERE (tenant_id = $1 AND a = 1) = false",
            "SELECT * FROM orders WHERE coalesce(a AND tenant_id = $1, true)",
            "SELECT * FROM orders WHERE CASE WHEN a AND tenant_id = $1 THEN b END",
            "SELECT * FROM orders WHERE CASE WHEN a AND tenant_id = $1 AND b THEN c END",
            "SELECT * FROM orders WHERE a BETWEEN $2 AND tenant_id = $1",
            "SELECT * FROM orders WHERE tenant_id = $1 AND tenant_id = $2",
            "SELECT * FROM orders WHERE a.tenant_id = $1 AND id IN (SELECT id FROM b)",
            "SELECT * FROM orders WHERE id IN (SELECT id FROM b WHERE tenant_id = $1)",
            "SELECT * FROM orders WHERE tenant_id = $1 UNION SELECT * FROM orders",
            "SELECT * FROM orders WHERE tenant_id = $1; DROP TABLE orders",
            "SELECT * FROM a LEFT JOIN b ON b.tenant_id = $1",
            "SELECT count(*) FILTER (WHERE tenant_id = $1) FROM orders",
            "SELECT a FROM orders GROUP BY a HAVING a AND tenant_id = $1",
            "SELECT * FROM orders WHERE note = 'tenant_id = $1'",
            "SELECT * FROM orders WHERE a /* AND tenant_id = $1 */",
            "SELECT * FROM orders WHERE (tenant_id = $1",
            "SELECT * FROM orders WHERE tenant_id = $1)",
            "WITH o AS (SELECT 1) SELECT * FROM orders WHERE tenant_id = $1",
            "EXPLAIN SELECT * FROM orders WHERE tenant_id = $1",
            "UPDATE orders SET tenant_id = $1",
            "UPDATE orders SET a = b, tenant_id = $1 WHERE id = $2",
            "INSERT INTO orders VALUES ($1)",
            "INSERT INTO orders (id) VALUES ($1)",
            "INSERT INTO orders (id, tenant_id) VALUES ($1, $2 + 1)",
            "INSERT INTO orders (id, tenant_id) VALUES ($1, $2), ($3, $4)",
            "INSERT INTO orders (id, tenant_id) VALUES (f($1, $2), 4)",
            "INSERT INTO orders (id, tenant_id) SELECT $1, $2",
            "INSERT INTO orders (tenant_id) VALUES ($1); DELETE FROM orders",
            "INSERT INTO orders (tenant_id) VALUES ($1) RETURNING (SELECT 1)",
        ] {
            assert_eq!(parameter(sql), None, "{sql}");
        }
    }

    #[test]
    fn a_select_that_locks_or_writes_does_not_read() {
        let reads = |sql: &str| read(sql.as_bytes(), b"tenant_id").map(|statement| statement.reads);
        assert_eq!(reads("SELECT substring(a FROM 1 FOR 2) FROM orders WHERE tenant_id = $1"), Some(true));
        assert_eq!(reads("SELECT * FROM orders WHERE tenant_id = $1 FOR NO KEY UPDATE"), Some(false));
        assert_eq!(reads("SELECT * INTO copy FROM orders WHERE tenant_id = $1"), Some(false));
        assert_eq!(reads("DELETE FROM orders WHERE tenant_id = $1"), Some(false));
        assert_eq!(reads("INSERT INTO orders (tenant_id) VALUES ($1)"), Some(false));
    }

    #[test]
    fn quoted_names_keep_their_case() {
        let sql = |name: &str| format!("SELECT * FROM orders WHERE {name} = $1");
        assert!(read(sql("\"tenantId\"").as_bytes(), b"tenantId").is_some());
        assert!(read(sql("tenantId").as_bytes(), b"tenantId").is_none());
        assert!(read(sql("\"tenantid\"").as_bytes(), b"tenantId").is_none());
        assert!(read(sql("tenantId").as_bytes(), b"tenantid").is_some());
    }

    #[test]
    fn any_bytes_are_survived() {
        let pieces: [&[u8]; 24] = [
            b"SELECT ",
            b"INSERT INTO t ",
            b"WHERE ",
            b"AND ",
            b"OR ",
            b"tenant_id ",
            b"= ",
            b"$1 ",
            b"(",
            b")",
            b"'",
            b"\"",
            b"$$",
            b"/*",
            b"*/",
            b"--",
            b"\\",
            b"E'",
            b"::",
            b";",
            b",",
            b".",
            b"\xff\0",
            b"VALUES ",
        ];
        let mut seed = 1_u64;
        for _ in 0..50_000 {
            let mut sql = b"SELECT ".to_vec();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                sql.extend_from_slice(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            read(&sql, b"tenant_id");
            read(&sql[7..], b"tenant_id");
        }
        let deep = [b"SELECT * FROM t WHERE ".as_slice(), &[b'('; 1000], b"tenant_id = $1"].concat();
        assert_eq!(read(&deep, b"tenant_id"), None);
    }
}
