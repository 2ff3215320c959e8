//! Parses SQL natively: libpg_query 17-6.2.1, from the crate `pg_query`, as the service `sql.parser`. With it a host
//! needs no other parser, and its parser's version is this one's.

mod libpg_query;
mod service;

use mortise::prelude::*;

mortise::plugin!(parser = "17-6.2.1");
mortise::provide!(sql_parser, "sql.parser", 1, 0, service::SqlParser);

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&service::TABLE)
}
