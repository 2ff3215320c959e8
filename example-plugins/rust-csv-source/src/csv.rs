//! CSV files of one directory, read in batches as they are wanted.

use arrow_array::RecordBatchReader;
use arrow_csv::ReaderBuilder;
use arrow_csv::reader::Format;
use serde_json::Value;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What init was told.
pub static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();

/// Rows that the types of columns are inferred from.
const INFERRED: usize = 10_000;
const BATCH: usize = 8_192;

pub fn directory() -> Result<&'static Path, String> {
    let directory = DIRECTORY.get().ok_or("it was not initialised")?;
    if directory.is_dir() {
        Ok(directory)
    } else {
        Err(format!("{} is not a directory", directory.display()))
    }
}

/// `{"json": {"file": "orders.csv"}}`, and what else the host says.
pub fn open(query: &[u8]) -> Result<Box<dyn RecordBatchReader + Send>, String> {
    let query: Value = serde_json::from_slice(query).map_err(|error| error.to_string())?;
    let name = query["json"]["file"].as_str().ok_or("the query names no `file`")?;
    // Nothing above the directory, and nothing beside it.
    if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(format!("{name} is not in the directory"));
    }
    let path = directory()?.join(name);
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut file = File::open(&path).map_err(|error| said(&error))?;
    let format = Format::default().with_header(true);
    let (schema, _) = format
        .infer_schema(BufReader::new(&file), Some(INFERRED))
        .map_err(|error| said(&error))?;
    file.rewind().map_err(|error| said(&error))?;
    let reader = ReaderBuilder::new(Arc::new(schema))
        .with_header(true)
        .with_batch_size(BATCH)
        .build(file)
        .map_err(|error| said(&error))?;
    Ok(Box::new(reader))
}
