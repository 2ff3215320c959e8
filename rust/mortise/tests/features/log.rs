//! Records of the crate `log`.

use crate::host::{lines, start};

#[test]
fn records_reach_the_host() {
    start();
    mortise::install_logger!().unwrap();
    assert_eq!(mortise::install_logger!().unwrap_err().to_string(), "the crate log has a logger already");
    log::error!("an error of {}", "theirs");
    log::warn!(target: "their_crate", "a warning");
    log::info!("plain");
    log::debug!("not kept");
    log::trace!("not kept");
    assert_eq!(
        lines(),
        [
            r#"3 an error of theirs target="features::log""#,
            r#"2 a warning target="their_crate""#,
            r#"1 plain target="features::log""#,
        ]
    );
    assert!(log::log_enabled!(log::Level::Info) && !log::log_enabled!(log::Level::Debug));
}
