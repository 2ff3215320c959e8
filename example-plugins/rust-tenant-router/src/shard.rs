//! From a tenant to its shard.

use mortise::prelude::*;
use mortise::sql::Value;

/// How a tenant's shard is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The integer, modulo the number of shards.
    Modulo,
    /// A hash of the integer or of the bytes, modulo the number of shards.
    Hash,
}

impl Strategy {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "modulo" => Some(Self::Modulo),
            "hash" => Some(Self::Hash),
            _ => None,
        }
    }

    /// `None` for what has no value that is known here, and for what is not an integer when the strategy needs one.
    pub fn shard_of(self, tenant: Value<'_>, context: &Context) -> Option<u64> {
        let shards = context.shards();
        match (self, tenant.as_i64(context)) {
            // Euclid's remainder isn't negative; there are fewer shards than fit an i64.
            (Self::Modulo, Some(tenant)) => Some(tenant.rem_euclid(shards as i64) as u64),
            (Self::Modulo, None) => None,
            // An integer hashes the same as a literal, as text and as binary of any width.
            (Self::Hash, Some(tenant)) => Some(hash(&tenant.to_le_bytes()) % shards),
            (Self::Hash, None) => Some(hash(bytes_of(tenant, context)?) % shards),
        }
    }
}

/// The bytes of a text, or of a parameter in whatever format it came. A number has more than one way to be written.
fn bytes_of<'a>(tenant: Value<'a>, context: &'a Context) -> Option<&'a [u8]> {
    match tenant {
        Value::Text(text) => Some(text.as_bytes()),
        Value::Parameter(number) => context.parameters().get(number.checked_sub(1)? as usize)?.as_bytes(),
        _ => None,
    }
}

/// 64-bit FNV-1a and one mixing step, since FNV's low bits alone spread badly. Data lies on shards by this
/// function: it must never change.
fn hash(bytes: &[u8]) -> u64 {
    let fnv = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mortise::testing::Query;

    fn literal(strategy: Strategy, tenant: Value<'_>, shards: u32) -> Option<u64> {
        Query::new("").shards(shards).ask(|context| strategy.shard_of(tenant, context))
    }

    fn shard(strategy: Strategy, query: Query, shards: u32) -> Option<u64> {
        query.shards(shards).ask(|context| strategy.shard_of(Value::Parameter(1), context))
    }

    #[test]
    fn negative_tenants_have_a_shard_too() {
        assert_eq!(shard(Strategy::Modulo, Query::new("").text("-1"), 4), Some(3));
        assert_eq!(shard(Strategy::Modulo, Query::new("").text("-9223372036854775808"), 3), Some(1));
    }

    #[test]
    fn text_and_binary_agree_on_integers() {
        let text = shard(Strategy::Hash, Query::new("").text("42"), 1 << 30);
        assert_eq!(text, shard(Strategy::Hash, Query::new("").binary(&[0, 42]), 1 << 30));
        assert_eq!(text, shard(Strategy::Hash, Query::new("").binary(&[0, 0, 0, 0, 0, 0, 0, 42]), 1 << 30));
    }

    #[test]
    fn a_literal_leads_to_where_the_parameter_does() {
        let (number, name) = (Query::new("").text("42"), Query::new("").text("acme"));
        for strategy in [Strategy::Modulo, Strategy::Hash] {
            let tenant = shard(strategy, number.clone(), 1 << 30);
            assert!(tenant.is_some());
            for written in [Value::Integer("42"), Value::Decimal("42"), Value::Text("42")] {
                assert_eq!(literal(strategy, written, 1 << 30), tenant);
            }
            for nothing in [Value::Null, Value::Default, Value::Other, Value::Boolean(true)] {
                assert_eq!(literal(strategy, nothing, 4), None);
            }
            for nothing in
                [Value::Decimal("42.0"), Value::Bits("b1"), Value::Parameter(0), Value::Parameter(2)]
            {
                assert_eq!(literal(strategy, nothing, 4), None);
            }
        }
        assert_eq!(literal(Strategy::Modulo, Value::Text("acme"), 4), None);
        assert_eq!(literal(Strategy::Hash, Value::Text("acme"), 4), shard(Strategy::Hash, name, 4));
    }

    #[test]
    fn the_hash_stays_what_it_is_and_spreads() {
        // Computed apart from this code.
        assert_eq!(hash(b"acme"), 4_354_170_039_828_961_468);
        let mut counts = [0; 8];
        for tenant in 0..8000 {
            let query = Query::new("").text(&format!("tenant-{tenant}"));
            counts[shard(Strategy::Hash, query, 8).unwrap() as usize] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
