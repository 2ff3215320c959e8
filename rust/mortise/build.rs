//! Hands the compiler's own version line to `module_info.toolchain`.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let line = Command::new(rustc)
        .arg("--version")
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    // A distribution may append its own words; the array in module_info holds 95 bytes.
    let line: String = line.trim().chars().filter(char::is_ascii).take(95).collect();
    let toolchain = if line.is_empty() { "rustc" } else { &line };
    println!("cargo::rustc-env=MORTISE_TOOLCHAIN={toolchain}");
}
