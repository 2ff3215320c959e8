//! What a bridge fits is decided by the compiler and by the release of pg_query, and neither crate says which those
//! are: the compiler is asked, and the lock file is read.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let version = Command::new(rustc).arg("--version").output().expect("rustc says its version").stdout;
    let version = String::from_utf8(version).expect("rustc's version is UTF-8");
    println!("cargo:rustc-env=BRIDGE_RUSTC={}", version.trim());

    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let lock = folder.ancestors().map(|folder| folder.join("Cargo.lock")).find(|path| path.exists());
    let lock = lock.expect("a Cargo.lock: build with cargo 1.85 or later");
    println!("cargo:rerun-if-changed={}", lock.display());
    println!("cargo:rustc-env=BRIDGE_PG_QUERY={}", pg_query_in(&lock));
}

/// The release of pg_query 6 that the lock file has; there can't be two.
fn pg_query_in(lock: &Path) -> String {
    let text = fs::read_to_string(lock).expect("Cargo.lock can be read");
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line != "name = \"pg_query\"" {
            continue;
        }
        let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        match version {
            Some(version) if version.starts_with("6.") => return version.to_owned(),
            _ => {}
        }
    }
    panic!("{} has no pg_query 6", lock.display());
}
