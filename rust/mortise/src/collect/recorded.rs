use super::report::Report;
use std::cell::RefCell;

thread_local! {
    static DISPATCHED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Runs what reads, without a host, and answers what it dispatches on this thread, each as a [`Report`] displays.
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::require!(collect, 1, 0);
///
/// fn read() -> mortise::Result {
///     mortise::collect!().gauge("temperature", "cpu", 41.5)?;
///     Ok(())
/// }
///
/// # fn main() {
/// let dispatched = mortise::testing::dispatched(|| read().unwrap());
/// assert_eq!(dispatched, ["//temperature-cpu 41.5"]);
/// # }
/// ```
pub fn dispatched(read: impl FnOnce()) -> Vec<String> {
    let before = DISPATCHED.replace(Some(Vec::new()));
    read();
    DISPATCHED.replace(before).unwrap_or_default()
}

/// Whether somebody wants to know.
pub(crate) fn record(report: &Report) -> bool {
    DISPATCHED.with_borrow_mut(|dispatched| {
        dispatched.as_mut().map(|dispatched| dispatched.push(report.to_string())).is_some()
    })
}
