//! Compiles nodes.c against the sources of libpg_query that the crate `pg_query` brings.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let libpg_query = folder_of("pg_query").join("libpg_query");
    let mut build = cc::Build::new();
    build.file("src/nodes.c").include("../../include").warnings_into_errors(false);
    for folder in ["", "vendor", "src", "src/include", "src/postgres/include"] {
        build.flag_if_supported(format!("-isystem{}", libpg_query.join(folder).display()));
    }
    // As pg_query's own build has it: PostgreSQL's functions check their arguments then, and these are among them.
    if env::var("DEBUG").is_ok_and(|debug| debug == "true") {
        build.define("USE_ASSERT_CHECKING", None);
    }
    build.compile("mortise_pg_parser");
    println!("cargo:rerun-if-changed=src/nodes.c");
    println!("cargo:rerun-if-changed=../../include/mortise/sql_parser.h");
}

/// Where Cargo has the sources of a dependency.
fn folder_of(name: &str) -> PathBuf {
    let target = env::var("TARGET").unwrap();
    let told = Command::new(env::var("CARGO").unwrap())
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &target])
        .output()
        .expect("cargo metadata runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == name).expect("the dependency is there");
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}
