//! For build scripts of mortise plugins: which parser a plugin was built with.
//!
//! A plugin that reads syntax trees says in its file whose trees those are, and the host refuses it before it runs
//! when its own parser is of another major of PostgreSQL. The version that counts is the one that was built in, which
//! `Cargo.lock` has, and not the requirement in `Cargo.toml`.
//!
//! ```toml
//! [build-dependencies]
//! mortise-build = "0.1"
//! ```
//!
//! `build.rs` is then `fn main() { mortise_build::parser(); }`, and the plugin says
//! `mortise::plugin!(parser = env!("MORTISE_PARSER"));`

mod lock;

use std::env;
use std::path::{Path, PathBuf};

pub use lock::Error;

/// Sets `MORTISE_PARSER` for the crate that is being built, such as `17-6.2.1`: the major of PostgreSQL, and the release
/// of the crate `pg_query` in the plugin's `Cargo.lock`. Has cargo run the build script again when that file changes.
///
/// # Panics
/// Stops the build with a message when there is no `Cargo.lock`, when it has no `pg_query` or several, or when this
/// crate doesn't know which PostgreSQL a release stands for.
pub fn parser() {
    match find().and_then(|lock| Ok((lock.clone(), parser_in(&read(&lock)?)?))) {
        Ok((lock, parser)) => {
            println!("cargo::rerun-if-changed={}", lock.display());
            println!("cargo::rustc-env=MORTISE_PARSER={parser}");
        }
        Err(error) => panic!("{error}"),
    }
}

/// The same for the text of a `Cargo.lock`.
///
/// ```
/// let lock = "[[package]]\nname = \"pg_query\"\nversion = \"6.2.1\"\n";
/// assert_eq!(mortise_build::parser_in(lock).unwrap(), "17-6.2.1");
/// ```
///
/// # Errors
/// When it has no `pg_query` or several, or one whose PostgreSQL isn't known.
pub fn parser_in(lock: &str) -> Result<String, Error> {
    let version = lock::version_of("pg_query", lock)?;
    let postgres = postgres_of(&version).ok_or_else(|| Error::Unknown(version.clone()))?;
    Ok(format!("{postgres}-{version}"))
}

/// Which PostgreSQL's grammar a release of pg_query has. From 17 on, its majors are PostgreSQL's.
fn postgres_of(version: &str) -> Option<u32> {
    let major: u32 = version.split('.').next()?.parse().ok()?;
    match major {
        5 => Some(16),
        6 => Some(17),
        17.. => Some(major),
        _ => None,
    }
}

fn read(lock: &Path) -> Result<String, Error> {
    std::fs::read_to_string(lock).map_err(|error| Error::Unreadable(lock.to_owned(), error.to_string()))
}

/// The plugin's own, or its workspace's: the nearest one above the crate that is being built.
fn find() -> Result<PathBuf, Error> {
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let above = crate_folder.ancestors().map(|folder| folder.join("Cargo.lock"));
    above.into_iter().find(|path| path.is_file()).ok_or(Error::NoLock(crate_folder))
}
