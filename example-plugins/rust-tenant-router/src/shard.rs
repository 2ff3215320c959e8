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

/// The bytes of a text, or of a parameter in whatever format it came, unless it was declared of a type that has more
/// than one way to be written. So has a number.
fn bytes_of<'a>(tenant: Value<'a>, context: &'a Context) -> Option<&'a [u8]> {
    match tenant {
        Value::Text(text) => Some(text.as_bytes()),
        Value::Parameter(number) => {
            let index = number.checked_sub(1)? as usize;
            // None, name, text, unknown, varchar, uuid.
            let is_text = matches!(context.parameter_type(index), 0 | 19 | 25 | 705 | 1043 | 2950);
            context.parameters().get(index).filter(|_| is_text)?.as_bytes()
        }
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
    fn a_declared_type_that_makes_another_value_of_it_decides_nothing() {
        let typed = |query: Query, oid| query.types(&[oid]);
        let binary = || Query::new("").binary(&[0, 0, 0, 0, 0, 0, 0, 42]);
        let text = || Query::new("").text("42");
        for strategy in [Strategy::Modulo, Strategy::Hash] {
            let shard_of = |query| shard(strategy, query, 1 << 30);
            // int8 and none; text and numeric, which are written as the integer is.
            let same =
                [typed(binary(), 20), binary(), typed(text(), 25), typed(text(), 1700), typed(text(), 23)];
            for query in same {
                assert_eq!(shard_of(query), shard_of(text()));
            }
            // float8, timestamptz, money; bool, "char", date.
            for oid in [701, 1184, 790] {
                assert_eq!(shard_of(typed(binary(), oid)), None);
            }
            for oid in [16, 18, 1082] {
                assert_eq!(shard_of(typed(text(), oid)), None);
            }
        }
        let acme = || Query::new("").text("acme");
        assert_eq!(shard(Strategy::Hash, typed(acme(), 25), 64), shard(Strategy::Hash, acme(), 64));
        assert_eq!(shard(Strategy::Hash, typed(acme(), 1042), 64), None);
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
