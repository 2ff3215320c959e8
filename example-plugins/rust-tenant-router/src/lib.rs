//! Stub.
use mortise::prelude::*;
mortise::plugin!();
mortise::require!(log, 1, 0);
#[mortise::init]
fn init(host: &Host) -> Result<(), Error> {
    let _ = host.config().u64("x", 3);
    Ok(())
}
#[mortise::route]
fn route(context: &Context) -> Route {
    mortise::debug!("hello {}", context.shards());
    Route::direct(context.parameters().len() as u64)
}
#[mortise::fini]
fn fini() {}
