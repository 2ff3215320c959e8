#![doc = include_str!("../../../../mortise/src/features/tree.md")]

use mortise::prelude::*;
use mortise::sql::pg_query::NodeRef;

mortise::plugin!(parser = "17-6.2.1");
mortise::require!(sql, 1, 0);

/// The shard says how often the statement joins.
#[mortise::route]
fn route(context: &Context) -> Route {
    let tree = match mortise::sql!().tree(context).decode() {
        Ok(tree) => tree,
        Err(why) => return Route::block().because(why.message()),
    };
    let nodes = tree.stmts.iter().filter_map(|statement| statement.stmt.as_ref()?.node.as_ref());
    let joins =
        nodes.flat_map(|node| node.nodes()).filter(|(node, ..)| matches!(node, NodeRef::JoinExpr(_))).count();
    Route::new(Shard::Direct(joins as u64), ReadWrite::Unknown)
}
