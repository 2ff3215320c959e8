//! Routes each query to its tenant's shard, found by the text `tenant_id = $n` in the SQL.
//!
//! - `lexer.rs` cuts SQL into tokens, so that text inside strings and comments is never taken for SQL.
//! - `statement.rs` looks for the one bind parameter that a whole statement is limited to.
//! - `shard.rs` turns that parameter into a shard.

mod lexer;
mod shard;
mod statement;

use mortise::prelude::*;
use shard::Strategy;
use statement::{Statement, read};
use std::sync::OnceLock;

mortise::plugin!();
mortise::require!(log, 1, 0);

/// What the configuration says.
struct Router {
    /// As PostgreSQL folds it: `tenant_id`.
    column: String,
    strategy: Strategy,
}

/// Set once, by init; read on any thread.
static ROUTER: OnceLock<Router> = OnceLock::new();

#[mortise::init]
fn init(host: &Host) {
    let config = host.config();
    let column = config.string("column", "tenant_id");
    if column.is_empty() {
        config.refuse("column", "must name a column");
    }
    let strategy = Strategy::named(config.string("strategy", "modulo")).unwrap_or_else(|| {
        config.refuse("strategy", "must be \"modulo\" or \"hash\"");
        Strategy::Modulo
    });
    mortise::info!("routes by {column}, {strategy:?}");
    ROUTER.get_or_init(|| Router { column: column.to_owned(), strategy });
}

#[mortise::route]
fn route(context: &Context) -> Route {
    ROUTER.get().map_or(Route::unknown(), |router| router.route(context))
}

impl Router {
    fn route(&self, context: &Context) -> Route {
        let Some(Statement { parameter, reads }) = read(context.sql_bytes(), self.column.as_bytes()) else {
            return Route::unknown();
        };
        let value = context.parameters().get(parameter);
        let Some(shard) = value.and_then(|value| self.strategy.shard(value, context.shards())) else {
            return Route::unknown();
        };
        let reads = reads && !context.in_transaction() && !context.write_override();
        let read_write = if reads { ReadWrite::Read } else { ReadWrite::Write };
        mortise::debug!("shard {shard} by ${}", parameter + 1);
        Route::new(Shard::Direct(shard), read_write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mortise::testing::Query;

    fn ask(strategy: Strategy, query: Query) -> Route {
        let router = Router { column: "tenant_id".into(), strategy };
        query.shards(4).ask(|context| router.route(context))
    }

    fn direct(shard: u64, read_write: ReadWrite) -> Route {
        Route::new(Shard::Direct(shard), read_write)
    }

    #[test]
    fn a_select_reads_unless_it_must_not() {
        let select = Query::new("SELECT * FROM orders WHERE tenant_id = $2").text("x").text("42");
        assert_eq!(ask(Strategy::Modulo, select.clone()), direct(2, ReadWrite::Read));
        let inside = select.clone().in_transaction(true);
        assert_eq!(ask(Strategy::Modulo, inside), direct(2, ReadWrite::Write));
        let to_primary = select.write_override(true);
        assert_eq!(ask(Strategy::Modulo, to_primary), direct(2, ReadWrite::Write));
        let locks = Query::new("SELECT * FROM orders WHERE tenant_id = $1 FOR UPDATE").text("3");
        assert_eq!(ask(Strategy::Modulo, locks), direct(3, ReadWrite::Write));
    }

    #[test]
    fn a_parameter_that_is_no_tenant_decides_nothing() {
        let select = Query::new("SELECT * FROM orders WHERE tenant_id = $1");
        assert_eq!(ask(Strategy::Modulo, select.clone()), Route::unknown());
        assert_eq!(ask(Strategy::Modulo, select.clone().null()), Route::unknown());
        assert_eq!(ask(Strategy::Modulo, select.clone().text("acme")), Route::unknown());
        assert_eq!(ask(Strategy::Hash, select.null()), Route::unknown());
    }

    #[test]
    fn without_a_configuration_it_has_no_opinion() {
        let select = Query::new("SELECT * FROM orders WHERE tenant_id = $1").text("42");
        assert_eq!(select.ask(route), Route::unknown());
    }
}
