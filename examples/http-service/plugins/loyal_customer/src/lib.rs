//! loyal_customer: the shop's friends get some cents off. Provides shop.price_rule 1.0.

use mortise::Value;
use mortise::prelude::*;
use std::sync::OnceLock;

#[rustfmt::skip] // written by mortise headers
mod shop_price_rule;

use shop_price_rule::{Caller, Provider};

mortise::plugin!();
mortise::provide!(shop_price_rule::Table);

struct Friends {
    customers: Vec<String>,
    cents: i64,
}

/// Set once, by init.
static FRIENDS: OnceLock<Friends> = OnceLock::new();

struct Plugin;

impl Provider for Plugin {
    fn apply(_caller: &Caller<'_>, customer: &str, _items: u32, cents: i64) -> Result<i64, Error> {
        let friends = FRIENDS.get().ok_or("called before init")?;
        if !friends.customers.iter().any(|friend| friend == customer) {
            return Ok(cents);
        }
        Ok((cents - friends.cents).max(0))
    }
}

static TABLE: shop_price_rule::Table = shop_price_rule::table::<Plugin>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}

#[mortise::init]
fn init(host: &Host) -> Result<(), Error> {
    let config = host.config();
    let mut friends = Friends { customers: Vec::new(), cents: config.i64("cents", 100) };
    for friend in config.list("customers").iter().flat_map(|list| list.iter()) {
        match friend {
            Value::Text(name) => friends.customers.push(name.to_owned()),
            _ => config.refuse("customers", "must be a list of names"),
        }
    }
    if friends.cents < 0 {
        config.refuse("cents", "must be at least 0");
    }
    FRIENDS.get_or_init(|| friends);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friends_pay_less_but_never_less_than_nothing() {
        let price = |customer, cents| Plugin::apply(&Caller::testing("tester"), customer, 1, cents);
        assert_eq!(price("ada", 500).unwrap_err().message(), "called before init");
        FRIENDS.get_or_init(|| Friends { customers: vec!["ada".into()], cents: 100 });
        assert_eq!(price("ada", 500).unwrap(), 400);
        assert_eq!(price("ada", 30).unwrap(), 0);
        assert_eq!(price("bob", 500).unwrap(), 500);
    }
}
