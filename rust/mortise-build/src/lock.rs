//! `Cargo.lock`: what cargo writes, which is a small part of TOML, line by line.

use std::fmt;
use std::path::PathBuf;

/// Why it can't be said which parser a plugin has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No `Cargo.lock` stands in this folder or above it.
    NoLock(PathBuf),
    /// It can't be read.
    Unreadable(PathBuf, String),
    /// It has no such package.
    Missing(&'static str),
    /// It has the package in these versions, and nothing tells which one the plugin's trees are of.
    Several(&'static str, Vec<String>),
    /// A release whose PostgreSQL this crate doesn't know.
    Unknown(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLock(folder) => write!(
                formatter,
                "there is no Cargo.lock in {} or above it: run cargo generate-lockfile",
                folder.display()
            ),
            Self::Unreadable(path, reason) => write!(formatter, "{} can't be read: {reason}", path.display()),
            Self::Missing(name) => {
                write!(formatter, "Cargo.lock has no package {name}: a plugin without it reads no trees")
            }
            Self::Several(name, versions) => {
                write!(formatter, "Cargo.lock has {name} {}: bring it to one of them", versions.join(" and "))
            }
            Self::Unknown(version) => write!(
                formatter,
                "mortise-build doesn't know which PostgreSQL pg_query {version} has: take a later mortise-build"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// The only version that a lock file has of a package.
pub fn version_of(name: &'static str, lock: &str) -> Result<String, Error> {
    let mut versions = Vec::new();
    let mut is_meant = false;
    for line in lock.lines().map(str::trim) {
        if line.starts_with('[') {
            is_meant = false;
        } else if let Some(found) = value_of("name", line) {
            is_meant = found == name;
        } else if let Some(version) = value_of("version", line).filter(|_| is_meant) {
            versions.push(version.to_owned());
        }
    }
    match versions.as_slice() {
        [] => Err(Error::Missing(name)),
        [only] => Ok(only.clone()),
        _ => Err(Error::Several(name, versions)),
    }
}

/// Of a line such as `name = "pg_query"`.
fn value_of<'a>(key: &str, line: &'a str) -> Option<&'a str> {
    line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim().strip_prefix('"')?.strip_suffix('"')
}
