//! Routes each query to its tenant's shard, found by the tenant's column in the SQL.
//!
//! - `tenant.rs` looks for the one shard that a whole statement is limited to.
//! - `shard.rs` turns a tenant, written or bound, into a shard.

mod shard;
mod tenant;

use mortise::prelude::*;
use shard::Strategy;
use std::sync::OnceLock;

mortise::plugin!();
mortise::require!(log, 1, 0);
mortise::require!(sql, 1, 0);

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
        let summary = mortise::sql!().summary(context);
        let Some(shard) = tenant::shard(summary, context, &self.column, self.strategy) else {
            return Route::unknown();
        };
        let reads =
            summary.access() == ReadWrite::Read && !context.in_transaction() && !context.write_override();
        let read_write = if reads { ReadWrite::Read } else { ReadWrite::Write };
        mortise::debug!("shard {shard} by {}", self.column);
        Route::new(Shard::Direct(shard), read_write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mortise::sql::{Kind, Outcome, Place, Use, Value};
    use mortise::testing::{Query, Summary};

    fn ask(strategy: Strategy, query: Query) -> Route {
        let router = Router { column: "tenant_id".into(), strategy };
        query.shards(4).ask(|context| router.route(context))
    }

    fn direct(shard: u64, read_write: ReadWrite) -> Route {
        Route::new(Shard::Direct(shard), read_write)
    }

    fn select() -> Summary {
        Summary::of(Kind::Select).table("orders", Use::Read)
    }

    fn of_tenant(value: Value<'_>) -> Query {
        Query::new("").summary(select().comparison("tenant_id", value, Place::Where))
    }

    #[test]
    fn a_select_reads_unless_it_must_not() {
        let select = of_tenant(Value::Parameter(2)).text("x").text("42");
        assert_eq!(ask(Strategy::Modulo, select.clone()), direct(2, ReadWrite::Read));
        let inside = select.clone().in_transaction(true);
        assert_eq!(ask(Strategy::Modulo, inside), direct(2, ReadWrite::Write));
        let to_primary = select.write_override(true);
        assert_eq!(ask(Strategy::Modulo, to_primary), direct(2, ReadWrite::Write));
        let locks = Summary::of(Kind::Select)
            .access(ReadWrite::Write)
            .table("orders", Use::Write)
            .comparison("tenant_id", Value::Integer("3"), Place::Where);
        assert_eq!(ask(Strategy::Modulo, Query::new("").summary(locks)), direct(3, ReadWrite::Write));
    }

    #[test]
    fn what_is_no_tenant_decides_nothing() {
        let select = of_tenant(Value::Parameter(1));
        assert_eq!(ask(Strategy::Modulo, select.clone()), Route::unknown());
        assert_eq!(ask(Strategy::Modulo, select.clone().null()), Route::unknown());
        assert_eq!(ask(Strategy::Modulo, select.clone().text("acme")), Route::unknown());
        assert_eq!(ask(Strategy::Hash, select.null()), Route::unknown());
        assert_eq!(ask(Strategy::Hash, of_tenant(Value::Null)), Route::unknown());
    }

    #[test]
    fn all_values_of_the_column_lead_to_one_shard() {
        let and = |value, place| {
            let summary = select().comparison("tenant_id", Value::Integer("1"), Place::Where);
            Query::new("").summary(summary.comparison("tenant_id", value, place))
        };
        let read = direct(1, ReadWrite::Read);
        assert_eq!(ask(Strategy::Modulo, and(Value::Integer("5"), Place::Join)), read);
        assert_eq!(ask(Strategy::Modulo, and(Value::Integer("2"), Place::Join)), Route::unknown());
        assert_eq!(ask(Strategy::Modulo, and(Value::Other, Place::Join)), read);
        assert_eq!(ask(Strategy::Modulo, and(Value::Integer("2"), Place::Having)), read);
        assert_eq!(ask(Strategy::Modulo, and(Value::Integer("2"), Place::Set)), Route::unknown());
        assert_eq!(ask(Strategy::Modulo, and(Value::Other, Place::Set)), Route::unknown());
    }

    #[test]
    fn an_insert_needs_the_value_that_it_adds() {
        let insert = |place| {
            let summary = Summary::of(Kind::Insert).table("orders", Use::Write);
            Query::new("").summary(summary.comparison("tenant_id", Value::Integer("2"), place))
        };
        assert_eq!(ask(Strategy::Modulo, insert(Place::Values)), direct(2, ReadWrite::Write));
        assert_eq!(ask(Strategy::Modulo, insert(Place::Where)), Route::unknown());
    }

    #[test]
    fn other_texts_are_left_to_the_next() {
        let unknown =
            |summary| assert_eq!(ask(Strategy::Modulo, Query::new("").summary(summary)), Route::unknown());
        unknown(select());
        unknown(select().comparison("id", Value::Integer("1"), Place::Where));
        unknown(Summary::of(Kind::Select).comparison("tenant_id", Value::Integer("1"), Place::Where));
        unknown(Summary::of(Kind::Prepare).table("orders", Use::Read).comparison(
            "tenant_id",
            Value::Integer("1"),
            Place::Where,
        ));
        unknown(Summary::none(Outcome::SyntaxError, "syntax error"));
    }

    #[test]
    fn without_a_configuration_it_has_no_opinion() {
        assert_eq!(of_tenant(Value::Integer("42")).ask(route), Route::unknown());
    }
}
