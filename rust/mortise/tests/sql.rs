//! What stands in a query's SQL, through the safe API.

// The host's side of the C ABI is unsafe throughout.
#![allow(clippy::undocumented_unsafe_blocks, missing_docs)]

use mortise::prelude::*;
use mortise::sql::{Kind, Outcome, Place, Use, Value};
use mortise::testing::{Query, Summary};

mortise::plugin!(name = "sql");
mortise::want!(sql, 1, 0);

fn orders() -> Summary {
    Summary::of(Kind::Update)
        .table("orders", Use::Write)
        .table("items", Use::Read)
        .function("now")
        .clause(mortise::sys::SQL_HAS_WHERE | mortise::sys::SQL_HAS_RETURNING)
        .comparison("tenant_id", Value::Parameter(2), Place::Where)
        .comparison("state", Value::Text("open"), Place::Set)
        .comparison("hidden", Value::Boolean(true), Place::Where)
        .comparison("sum", Value::Decimal("0.5"), Place::Having)
        .comparison("parent", Value::Null, Place::Join)
}

#[test]
fn a_summary_is_read_with_its_links() {
    let query = Query::new("UPDATE …").text("1").text("42").summary(orders());
    query.ask(|context| {
        let summary = mortise::sql!().summary(context);
        assert!(summary.is_parsed());
        assert_eq!((summary.outcome(), summary.message(), summary.position()), (Outcome::Parsed, "", 0));
        assert_eq!((summary.access(), summary.parameter_count()), (ReadWrite::Write, 2));

        let statement = summary.statements().next().unwrap();
        assert_eq!((statement.kind(), statement.access()), (Kind::Update, ReadWrite::Write));
        let block = statement.blocks().next().unwrap();
        assert_eq!(statement.blocks().count(), 1);
        assert!(block.parent().is_none() && block.statement().is_some());
        assert!(block.has_where() && block.has_returning());
        assert!(!block.has_limit() && !block.has_for_update() && !block.has_values());

        let tables: Vec<_> = block.tables().map(|table| (table.name(), table.usage())).collect();
        assert_eq!(tables, [("orders", Use::Write), ("items", Use::Read)]);
        assert_eq!(summary.functions().map(|function| function.name()).collect::<Vec<_>>(), ["now"]);

        let comparisons: Vec<_> = summary.comparisons().collect();
        assert_eq!(comparisons.len(), 5);
        let first = comparisons[0];
        assert_eq!((first.column(), first.operation(), first.place()), ("tenant_id", "=", Place::Where));
        assert_eq!(first.table().unwrap().name(), "orders");
        assert!(first.is_certain() && first.is_in(block) && !first.is_any() && !first.is_all());
        let values: Vec<_> = comparisons.iter().map(|comparison| comparison.value()).collect();
        assert_eq!(
            values,
            [
                Value::Parameter(2),
                Value::Text("open"),
                Value::Boolean(true),
                Value::Decimal("0.5"),
                Value::Null
            ]
        );
        assert_eq!(values[0].as_i64(context), Some(42));
        assert_eq!(values[1].as_str(context), Some("open"));
        assert_eq!(values[4].as_str(context), None);
    });
}

#[test]
fn a_text_without_a_tree_says_why() {
    let broken =
        Query::new("SELEC").summary(Summary::none(Outcome::SyntaxError, "syntax error at or near \"SELEC\""));
    broken.ask(|context| {
        let summary = mortise::sql!().summary(context);
        assert_eq!(summary.outcome(), Outcome::SyntaxError);
        assert_eq!(summary.message(), "syntax error at or near \"SELEC\"");
        assert_eq!(
            (summary.statements().len(), summary.blocks().len(), summary.comparisons().len()),
            (0, 0, 0)
        );
        assert_eq!(summary.access(), ReadWrite::Unknown);
    });
}

#[test]
fn without_a_host_there_is_no_tree_but_that_of_the_test() {
    let sql = mortise::sql!();
    assert!(!sql.is_available());
    Query::new("SELECT 1").ask(|context| {
        let summary = sql.summary(context);
        assert_eq!((summary.outcome(), summary.message()), (Outcome::NoTree, "there is no mortise.sql here"));
        assert_eq!((sql.fingerprint(context), sql.normalise(context)), (None, None));
        let tree = sql.tree(context);
        assert_eq!((tree.outcome(), tree.bytes(), tree.id()), (Outcome::NoTree, None, 0));
        // One query within another: each has its own.
        Query::new("").summary(orders()).ask(|inner| {
            assert!(sql.summary(inner).is_parsed());
            assert!(!sql.summary(context).is_parsed());
        });
        assert!(!sql.summary(context).is_parsed());
    });
}
