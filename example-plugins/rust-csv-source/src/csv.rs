//! CSV files of one directory, read in batches as they are wanted.

use arrow_array::{BinaryArray, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_csv::ReaderBuilder;
use arrow_csv::reader::Format;
use arrow_schema::{DataType, Field, Schema};
use serde_json::Value;
use std::collections::HashMap;
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
pub fn open(query: &str) -> Result<Box<dyn RecordBatchReader + Send>, String> {
    let query: Value = serde_json::from_str(query).map_err(|error| error.to_string())?;
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

/// `files`: a line for each file of the directory.
pub fn resource(request: &str) -> Result<Box<dyn RecordBatchReader + Send>, String> {
    let request: Value = serde_json::from_str(request).map_err(|error| error.to_string())?;
    if request["path"] != "files" {
        return Err(format!("there is no resource {}", request["path"]));
    }
    let entries = directory()?.read_dir().map_err(|error| error.to_string())?;
    let mut names: Vec<_> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".csv"))
        .collect();
    names.sort();
    let lines = BinaryArray::from_iter_values(names.iter().map(|name| format!("{name}\n")));
    let headers = r#"{"content-type":["text/plain; charset=utf-8"]}"#;
    let metadata = HashMap::from([("headers".to_owned(), headers.to_owned())]);
    let column = Field::new("body", DataType::Binary, false);
    let schema = Arc::new(Schema::new_with_metadata(vec![column], metadata));
    let batch =
        RecordBatch::try_new(schema.clone(), vec![Arc::new(lines)]).map_err(|error| error.to_string())?;
    Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}
