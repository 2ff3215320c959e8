//! Parses SQL natively: libpg_query 17-6.2.1, from the crate `pg_query`, as the service `sql.parser`. With it a host
//! needs no other parser, and its parser's version is this one's.

mod libpg_query;

use libpg_query::{Json, Made, Normalised, Protobuf};
use mortise::prelude::*;
use mortise::sql_parser::{Fault, SqlNodes, SqlParser, table_with_nodes};
use mortise::sys::{SqlParserNode, SqlParserV1};
use std::ffi::CStr;

mortise::plugin!(parser = "17-6.2.1");
mortise::provide!(sql_parser, "sql.parser", 1, 1, SqlParserV1);

static TABLE: SqlParserV1 = table_with_nodes::<PgQuery>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}

struct PgQuery;

impl SqlParser for PgQuery {
    fn json(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
        Json::make(sql).map(|made| receive(made.bytes()))
    }

    fn protobuf(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
        Protobuf::make(sql).map(|made| receive(made.bytes()))
    }

    fn fingerprint(sql: &CStr) -> Result<u64, Fault> {
        libpg_query::fingerprint(sql)
    }

    fn normalise(sql: &CStr, receive: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
        Normalised::make(sql).map(|made| receive(made.bytes()))
    }
}

impl SqlNodes for PgQuery {
    fn nodes(sql: &CStr, receive: &mut dyn FnMut(&[SqlParserNode])) -> Result<(), Fault> {
        libpg_query::nodes(sql, receive)
    }
}
