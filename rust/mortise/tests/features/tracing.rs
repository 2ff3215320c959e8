//! Events of the crate `tracing`.

use crate::host::{lines, start};
use tracing_subscriber::layer::SubscriberExt;

#[test]
fn events_reach_the_host_with_their_fields_and_spans() {
    start();
    let subscriber = tracing_subscriber::registry().with(mortise::tracing_layer!());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!("plain");
        let why = std::io::Error::other("gone");
        tracing::error!(
            tenant = 42_u64,
            share = 0.5,
            cold = true,
            table = "orders",
            ?why,
            least = i64::MIN,
            "moved {}",
            1
        );
        let request = tracing::info_span!("request", tenant = 42, rows = tracing::field::Empty);
        let _request = request.enter();
        request.record("rows", 3);
        tracing::debug!("not kept");
        let parse = tracing::debug_span!("parse");
        parse.in_scope(|| tracing::warn!(target: "theirs", "odd"));
    });
    assert_eq!(
        lines(),
        [
            r#"1 plain target="features::tracing""#,
            &format!(
                r#"3 moved 1 tenant=42 share=0.5 cold=true table="orders" why="Custom {{ kind: Other, error: \"gone\" }}" least={} target="features::tracing""#,
                i64::MIN
            ),
            r#"2 odd span="request{tenant=42 rows=3}:parse" target="theirs""#,
        ]
    );
}

#[test]
fn it_is_installed_once() {
    start();
    mortise::install_tracing!().unwrap();
    let error = mortise::install_tracing!().unwrap_err();
    assert_eq!(error.to_string(), "the crate tracing has a subscriber already");
    std::thread::spawn(|| {
        tracing::info!("from a thread");
        assert_eq!(lines(), [r#"1 from a thread target="features::tracing""#]);
    })
    .join()
    .unwrap();
}
