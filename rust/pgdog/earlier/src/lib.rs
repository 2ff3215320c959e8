//! Reads go to replicas.
use pgdog_plugin::macros;
use pgdog_plugin::pg_query::NodeEnum;
use pgdog_plugin::prelude::*;

macros::plugin!();

#[route]
fn route(context: Context) -> Route {
    let ast = context.statement().protobuf();
    let root = ast.stmts.first().and_then(|raw| raw.stmt.as_ref()?.node.as_ref());
    match root {
        Some(NodeEnum::SelectStmt(_)) if context.has_replicas() => {
            Route::new(Shard::Unknown, ReadWrite::Read)
        }
        Some(_) => Route::new(Shard::All, ReadWrite::Write),
        None => Route::unknown(),
    }
}
