//! Answers queries from the CSV files of a directory: columns with types, through Arrow's own crate.
//!
//! - `csv.rs` reads the files.
//! - `service.rs` is the table that the host calls.

mod csv;
mod service;

use mortise::prelude::*;

mortise::plugin!();
mortise::provide!(data_source, "data.source", 1, 0, service::DataSource);

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&service::TABLE)
}

#[mortise::init]
fn init(host: &Host) -> mortise::Result {
    let config = host.config();
    let directory = config.string("directory", "");
    if directory.is_empty() {
        config.refuse("directory", "must name a directory of CSV files");
        return Ok(());
    }
    let _ = csv::DIRECTORY.set(directory.into());
    Ok(())
}
