//! The one shard that a statement is limited to, as far as its summary tells.
//!
//! A wrong shard is worse than no opinion. So each block that names tables must be limited to the tenant by a
//! comparison that holds for all its rows, and all the values of the column, of all blocks, must lead to one shard.

use crate::shard::Strategy;
use mortise::prelude::*;
use mortise::sql::{Block, Comparison, Kind, Place, Summary};

/// Statements that have more blocks are left to the next plugin: each block is looked for in all comparisons.
const MAX_BLOCKS: usize = 64;

/// `None` when the text isn't one statement, or may reach more than one shard.
pub fn shard(summary: Summary<'_>, context: &Context, column: &str, strategy: Strategy) -> Option<u64> {
    let mut statements = summary.statements();
    let statement = statements.next()?;
    let routable =
        matches!(statement.kind(), Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Explain);
    if !routable || statements.len() > 0 || summary.blocks().len() > MAX_BLOCKS {
        return None;
    }
    let mut shard = None;
    for block in summary.blocks().filter(|block| block.tables().next().is_some()) {
        let own = block_shard(summary, context, block, column, strategy)?;
        if *shard.get_or_insert(own) != own {
            return None;
        }
    }
    shard
}

/// `None` when the block isn't limited to one shard.
fn block_shard(
    summary: Summary<'_>,
    context: &Context,
    block: Block<'_>,
    column: &str,
    strategy: Strategy,
) -> Option<u64> {
    let (mut shard, mut is_limited) = (None, false);
    for comparison in summary.comparisons() {
        if !comparison.is_in(block) || comparison.column() != column {
            continue;
        }
        let limits = limits(block, comparison);
        // A row must not be joined with those of another shard, and its new value must not belong to one.
        let place = comparison.place();
        if !limits && place != Place::Set && !(place == Place::Join && comparison.operation() == "=") {
            continue;
        }
        match strategy.shard_of(comparison.value(), context) {
            Some(own) if *shard.get_or_insert(own) == own => is_limited |= limits,
            Some(_) => return None,
            None if place == Place::Set || (limits && comparison.is_alternative()) => return None,
            // Beside others that hold as well, a value that nobody knows can't widen anything.
            None => {}
        }
    }
    shard.filter(|_| is_limited)
}

/// Whether all rows of the block, or all that it adds, have the value in the column, or one of the values of its group.
fn limits(block: Block<'_>, comparison: Comparison<'_>) -> bool {
    let place = comparison.place();
    let is_inserted = place == Place::Values;
    comparison.is_certain()
        && !comparison.is_any()
        && !comparison.is_all()
        && comparison.operation() == "="
        && is_inserted == (block.kind() == Kind::Insert)
        && (is_inserted || matches!(place, Place::Where | Place::Join))
}
