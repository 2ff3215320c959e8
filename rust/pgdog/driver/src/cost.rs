//! What the bridge adds to a plugin's own work, side by side.
use crate::host::{parameter, Loaded, Statement};
use mortise_pgdog_bridge::decode;
use pgdog_plugin::parameters::{Parameter, ParameterFormat};
use pgdog_plugin::{PdParameters, PdRoute, PdRouterContext, PdStatement};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 41;
const CALLS: u32 = 20_000;

pub fn run(loaded: &Loaded) -> String {
    let sql = "SELECT id, total FROM orders WHERE region = $1 AND tenant_id = $2";
    let statement = Statement::of(sql.into(), 1);
    let parameters = [parameter(b"eu-west", 0), parameter(b"1234", 0)];
    let question = statement.question(&parameters, 16);

    // As PgDog calls it: everything is there already.
    let tree = decode(&statement.bytes).expect("a tree");
    let own = |text: &[u8]| Parameter { len: text.len() as i32, data: text.to_vec() };
    let mut values = [own(b"eu-west"), own(b"1234")];
    let mut codes = [ParameterFormat::Text];
    let context = PdRouterContext {
        shards: 16,
        has_replicas: 1,
        has_primary: 1,
        in_transaction: 0,
        write_override: 0,
        query: PdStatement {
            version: tree.version,
            len: tree.stmts.len() as u64,
            data: tree.stmts.as_ptr().cast_mut().cast(),
        },
        params: PdParameters {
            num_params: 2,
            params: values.as_mut_ptr().cast(),
            num_format_codes: 1,
            format_codes: codes.as_mut_ptr().cast(),
        },
    };
    let mut out = PdRoute { shard: -2, read_write: 2 };
    // SAFETY: all that `context` points to lives.
    unsafe { (loaded.direct)(context, &mut out) };
    assert_eq!((out.shard, loaded.ask(&question).1.shard), (1234 % 16, 1234 % 16));

    let mut plugin = f64::INFINITY;
    let mut bridge = f64::INFINITY;
    for _ in 0..ROUNDS {
        plugin = plugin.min(nanoseconds(|| {
            // SAFETY: as above.
            unsafe { (loaded.direct)(black_box(context), black_box(&mut out)) };
        }));
        bridge = bridge.min(nanoseconds(|| {
            black_box(loaded.ask(black_box(&question)));
        }));
    }
    format!("{{\"plugin\":{plugin:.1},\"bridge\":{bridge:.1}}}")
}

fn nanoseconds(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed().as_nanos() as f64 / f64::from(CALLS)
}
