//! Which parser a `Cargo.lock` has.

use mortise_build::{Error, parser_in};

fn lock(packages: &[(&str, &str)]) -> String {
    let package = |(name, version): &(&str, &str)| {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\ndependencies = [\n \"pg_query\",\n]\n\n"
        )
    };
    format!(
        "# It is not intended for manual editing.\nversion = 4\n\n{}",
        packages.iter().map(package).collect::<String>()
    )
}

#[test]
fn the_version_that_was_built_in() {
    let all = [("my_plugin", "0.1.0"), ("pg_query", "6.2.1"), ("pg_query_extra", "9.9.9")];
    assert_eq!(parser_in(&lock(&all)), Ok("17-6.2.1".into()));
    assert_eq!(parser_in(&lock(&all).replace('\n', "\r\n")), Ok("17-6.2.1".into()));
    assert_eq!(parser_in(&lock(&[("pg_query", "5.1.0")])), Ok("16-5.1.0".into()));
    assert_eq!(parser_in(&lock(&[("pg_query", "18.1.0")])), Ok("18-18.1.0".into()));
}

#[test]
fn what_it_can_not_say() {
    let without = lock(&[("my_plugin", "0.1.0")]);
    assert_eq!(parser_in(&without), Err(Error::Missing("pg_query")));
    assert_eq!(parser_in(""), Err(Error::Missing("pg_query")));
    let two = lock(&[("pg_query", "6.1.1"), ("pg_query", "6.2.1")]);
    let error = parser_in(&two).unwrap_err();
    assert_eq!(error.to_string(), "Cargo.lock has pg_query 6.1.1 and 6.2.1: bring it to one of them");
    for odd in ["0.8.0", "7.0.0", "x"] {
        assert_eq!(parser_in(&lock(&[("pg_query", odd)])), Err(Error::Unknown(odd.into())));
    }
}
