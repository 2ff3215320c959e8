//! Many threads at once, each with answers that it knows beforehand.
use crate::host::{parameter, Loaded, Statement};
use mortise::sys;

const SHARDS: u32 = 97;
/// More than are kept, so that trees go and come while others are read.
const STATEMENTS: u64 = 3000;

pub fn run(loaded: &Loaded, threads: u64, calls: u64) -> String {
    let statements: Vec<Statement> = (0..STATEMENTS).map(statement).collect();
    let wrong: u64 = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|thread| {
                let statements = &statements;
                scope.spawn(move || {
                    (0..calls).filter(|call| !is_right(loaded, statements, thread, *call)).count()
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().expect("no panic") as u64).sum()
    });
    format!("{} calls on {threads} threads, {wrong} wrong", threads * calls)
}

/// The tenant stands in the text, or in a parameter.
fn statement(number: u64) -> Statement {
    let sql = match number % 3 {
        0 => format!("SELECT a{number} FROM orders WHERE tenant_id = {number}"),
        1 => format!("UPDATE t{number} SET a = $1 WHERE b AND tenant_id = $2"),
        _ => format!("INSERT INTO t{number} VALUES (1)"),
    };
    Statement::of(sql, number + 1)
}

fn is_right(loaded: &Loaded, statements: &[Statement], thread: u64, call: u64) -> bool {
    // Mostly few statements, which all threads share, and sometimes any.
    let number = if call & 7 == 0 { (call * 31 + thread * 977) % STATEMENTS } else { (call + thread) % 64 };
    let tenant = thread * 1_000_003 + call;
    let (text, binary) = (tenant.to_string(), tenant.to_be_bytes());
    let second = if call & 1 == 0 {
        parameter(text.as_bytes(), sys::FORMAT_TEXT)
    } else {
        parameter(&binary, sys::FORMAT_BINARY)
    };
    let parameters = [parameter(b"x", sys::FORMAT_TEXT), second];
    let (status, answer) = loaded.ask(&statements[number as usize].question(&parameters, SHARDS));
    let expected = match number % 3 {
        0 => (sys::TARGET_DIRECT, number % u64::from(SHARDS)),
        1 => (sys::TARGET_DIRECT, tenant % u64::from(SHARDS)),
        _ => (sys::TARGET_BLOCKED, 0),
    };
    status == sys::OK && (answer.target, answer.shard) == expected
}
