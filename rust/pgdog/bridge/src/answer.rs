//! A plugin's answer as the host's.

use mortise::sys;
use pgdog_plugin::PdRoute;

/// The status when the plugin returned without an answer.
pub const NO_ANSWER: i32 = -1001;
/// The status when a parameter can't be handed to a plugin: of 2 GiB or more, or of an unknown format.
pub const PARAMETERS: i32 = -1002;
/// The status when the host has no shard: plugins divide by their number.
pub const SHARDS: i32 = -1003;

const ALL: i64 = -1;
const UNKNOWN: i64 = -2;
const BLOCKED: i64 = -3;

/// What no plugin answers: what still stands there afterwards wasn't answered.
pub const UNANSWERED: PdRoute = PdRoute { shard: i64::MIN, read_write: 0xee };

/// Values that mean nothing are passed on, out of the host's range, so that it reports them.
pub fn translate(given: PdRoute, answer: &mut sys::Route, name: &str) -> i32 {
    if given.shard == UNANSWERED.shard && given.read_write == UNANSWERED.read_write {
        return NO_ANSWER;
    }
    match given.shard {
        shard @ 0.. => {
            answer.target = sys::TARGET_DIRECT;
            answer.shard = shard as u64;
        }
        ALL => answer.target = sys::TARGET_ALL,
        UNKNOWN => answer.target = sys::TARGET_UNKNOWN,
        BLOCKED => block(answer, "42501", &format!("blocked by the plugin {name}")),
        // Negative, as the host's targets aren't.
        shard => answer.target = i32::try_from(shard).unwrap_or(i32::MIN),
    }
    answer.read_write = match given.read_write {
        // A query that goes nowhere neither reads nor writes.
        0..=2 if given.shard == BLOCKED => sys::ACCESS_UNKNOWN,
        0 => sys::ACCESS_WRITE,
        1 => sys::ACCESS_READ,
        2 => sys::ACCESS_UNKNOWN,
        other => i32::from(other), // from 3 on, which the host has no meaning for either
    };
    sys::OK
}

/// To none, with a reason and an SQLSTATE of five characters for the client. What doesn't fit is cut off; the host leaves out a part of a character.
pub fn block(answer: &mut sys::Route, sqlstate: &str, reason: &str) {
    answer.target = sys::TARGET_BLOCKED;
    if (answer.size as usize) < size_of::<sys::Route>() {
        return; // a host from before there were reasons
    }
    let length = reason.len().min(answer.reason.len() - 1);
    answer.reason[..length].copy_from_slice(&reason.as_bytes()[..length]);
    answer.reason[length] = 0;
    answer.sqlstate[..5].copy_from_slice(sqlstate.as_bytes());
    answer.sqlstate[5] = 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(shard: i64, read_write: u8) -> (i32, i32, u64, i32) {
        let mut route = sys::Route::default();
        let status = translate(PdRoute { shard, read_write }, &mut route, "shop");
        (status, route.target, route.shard, route.read_write)
    }

    #[test]
    fn every_valid_answer() {
        let shards = [(0, 1, 0), (7, 1, 7), (-1, 2, 0), (-2, 0, 0), (-3, 3, 0)];
        for (shard, target, number) in shards {
            for (read_write, access) in [(0, 2), (1, 1), (2, 0)] {
                let access = if shard == -3 { 0 } else { access };
                assert_eq!(translated(shard, read_write), (0, target, number, access));
            }
        }
    }

    #[test]
    fn invalid_values_stay_visible() {
        assert_eq!(translated(-77, 2), (0, -77, 0, 0));
        assert_eq!(translated(i64::MIN, 2), (0, i32::MIN, 0, 0));
        assert_eq!(translated(-2, 9), (0, 0, 0, 9));
        assert_eq!(translated(i64::MAX, 2), (0, 1, i64::MAX as u64, 0));
    }

    #[test]
    fn a_block_names_the_plugin() {
        let mut route = sys::Route::default();
        translate(PdRoute { shard: -3, read_write: 2 }, &mut route, "shop");
        assert!(route.reason.starts_with(b"blocked by the plugin shop\0"));
        block(&mut route, "54001", &"x".repeat(1000));
        assert_eq!(route.sqlstate[..6], *b"54001\0");
        assert_eq!(route.reason[254..], *b"x\0");
        route.size = 24;
        block(&mut route, "58000", "unread");
        assert_eq!(route.reason[0], b'x');
    }

    #[test]
    fn no_answer_is_none() {
        assert_eq!(translated(UNANSWERED.shard, UNANSWERED.read_write).0, NO_ANSWER);
    }
}
