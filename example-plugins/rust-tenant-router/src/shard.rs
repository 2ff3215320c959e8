//! From a tenant to its shard.

use mortise::Parameter;

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

    /// `None` for a null, and for what is not an integer when the strategy needs one.
    pub fn shard(self, tenant: &Parameter, shards: u64) -> Option<u64> {
        match (self, tenant.as_i64()) {
            // Euclid's remainder isn't negative; there are fewer shards than fit an i64.
            (Self::Modulo, Some(tenant)) => Some(tenant.rem_euclid(shards as i64) as u64),
            (Self::Modulo, None) => None,
            // An integer hashes the same as text and as binary of any width.
            (Self::Hash, Some(tenant)) => Some(hash(&tenant.to_le_bytes()) % shards),
            (Self::Hash, None) => Some(hash(tenant.as_bytes()?) % shards),
        }
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

    fn shard(strategy: Strategy, query: Query, shards: u64) -> Option<u64> {
        query.ask(|context| strategy.shard(context.parameters().get(0).unwrap(), shards))
    }

    #[test]
    fn negative_tenants_have_a_shard_too() {
        assert_eq!(shard(Strategy::Modulo, Query::new("").text("-1"), 4), Some(3));
        assert_eq!(shard(Strategy::Modulo, Query::new("").text("-9223372036854775808"), 3), Some(1));
    }

    #[test]
    fn text_and_binary_agree_on_integers() {
        let text = shard(Strategy::Hash, Query::new("").text("42"), 1 << 40);
        assert_eq!(text, shard(Strategy::Hash, Query::new("").binary(&[0, 42]), 1 << 40));
        assert_eq!(text, shard(Strategy::Hash, Query::new("").binary(&[0, 0, 0, 0, 0, 0, 0, 42]), 1 << 40));
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
