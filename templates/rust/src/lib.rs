//! A mortise plugin: sends each query to the shard of the tenant in its first bind parameter.

use mortise::prelude::*;
use std::sync::OnceLock;

mortise::plugin!();
mortise::require!(log, 1, 0);

/// How many tenants share the shards. Set once, by init; read on any thread.
static TENANTS: OnceLock<u64> = OnceLock::new();

#[mortise::init]
fn init(host: &Host) -> Result<(), Error> {
    let tenants = host.config().u64("tenants", 4);
    if tenants == 0 {
        return Err("tenants must be at least 1".into());
    }
    TENANTS.get_or_init(|| tenants);
    mortise::info!("{} routes {tenants} tenants", host.plugin());
    Ok(())
}

#[mortise::route]
fn route(context: &Context) -> Route {
    let Some(&tenants) = TENANTS.get() else {
        return Route::unknown();
    };
    match context.parameter_i64(0) {
        Some(tenant) => Route::direct(tenant.unsigned_abs() % tenants % context.shards()),
        None => Route::unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mortise::testing::Query;

    #[test]
    fn a_tenant_has_a_shard() {
        TENANTS.get_or_init(|| 4);
        let query = Query::new("SELECT * FROM orders WHERE tenant_id = $1").shards(4);
        assert_eq!(query.clone().text("42").ask(route), Route::direct(2));
        assert_eq!(query.text("x").ask(route), Route::unknown());
    }
}
