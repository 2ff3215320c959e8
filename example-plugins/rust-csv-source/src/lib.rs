//! Answers queries from the CSV files of a directory: columns with types, through Arrow's own crate.
//!
//! - `csv.rs` reads the files.

mod csv;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use mortise::data_source::{DataSource, Stream, table};
use mortise::prelude::*;
use mortise::sys::DataSourceV1;

mortise::plugin!();
mortise::provide!(data_source, "data.source", 1, 1, DataSourceV1);

struct Files;

impl DataSource for Files {
    fn health() -> Result<String, Error> {
        Ok(format!("reads {}", csv::directory()?.display()))
    }

    fn query(query: &str) -> Result<Stream, Error> {
        let reader = csv::open(query)?;
        // SAFETY: it is Arrow's own struct.
        Ok(unsafe { Stream::of(FFI_ArrowArrayStream::new(reader)) })
    }

    /// `files`: the names of the directory's files, one a piece.
    fn resource(request: &str, _: &[u8]) -> Result<Stream, Error> {
        let reader = csv::resource(request)?;
        // SAFETY: as above.
        Ok(unsafe { Stream::of(FFI_ArrowArrayStream::new(reader)) })
    }
}

static TABLE: DataSourceV1 = table::<Files>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
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
