//! What becomes of a memory that was emptied: nothing from before it is revived.

use hodlxxi_auth::account::{ChallengeStore, ChallengeUse, IssuedChallenge};
use hodlxxi_kernel::Timestamp;
use hodlxxi_oauth::contract::NOW;
use hodlxxi_oauth::grant::{ReplayStore, SingleUse};
use hodlxxi_store_redis::Redis;
use redis::cmd;

use crate::fixture::{AHEAD, Fresh, connection, new_hash};

fn challenge(issued_at: Timestamp) -> IssuedChallenge {
    IssuedChallenge {
        name: new_hash(),
        issued_at,
        expires_at: issued_at.plus(300),
    }
}

fn once(usable_from: Timestamp) -> SingleUse {
    SingleUse {
        id: new_hash(),
        usable_from,
        usable_until: usable_from.plus(300),
    }
}

fn is_live(redis: &Redis, challenge: &IssuedChallenge) -> bool {
    redis.spend(challenge, 5).unwrap() == ChallengeUse::Live
}

#[test]
fn what_was_used_before_a_flush_stays_used() {
    let fresh = Fresh::new();
    let (redis, clock) = (&fresh.redis, &fresh.clock);
    let (spent, assertion) = (challenge(NOW), once(NOW));
    assert!(is_live(redis, &spent));
    assert!(redis.first_use(&assertion).unwrap());
    clock.advance(10);
    fresh.flush();
    assert!(!redis.first_use(&assertion).unwrap());
    assert!(!is_live(redis, &spent));
    // What was asked for before, and not used, is lost too: nobody can tell them apart.
    // So is what a node may have used whose clock is ahead.
    let last = NOW.plus(10 + AHEAD - 1);
    assert!(!redis.first_use(&once(last)).unwrap());
    assert!(!is_live(redis, &challenge(last)));
    assert_eq!(redis.fail(&challenge(last), 5).unwrap(), ChallengeUse::Used);
    // What begins after it is as good as ever, and is used once.
    let new = challenge(last.plus(1));
    assert!(is_live(redis, &new) && !is_live(redis, &new));
    let new = once(last.plus(1));
    assert!(redis.first_use(&new).unwrap() && !redis.first_use(&new).unwrap());
}

#[test]
fn a_probe_notices_that_the_memory_was_emptied() {
    let fresh = Fresh::new();
    fresh.clock.advance(10);
    fresh.flush();
    fresh.redis.probe().unwrap();
    fresh.clock.advance(10);
    let last = NOW.plus(10 + AHEAD - 1);
    assert!(!is_live(&fresh.redis, &challenge(last)));
    assert!(is_live(&fresh.redis, &challenge(last.plus(1))));
}

#[test]
fn a_challenge_that_bears_the_time_of_a_new_memory_is_live() {
    let fresh = Fresh::new();
    let (redis, clock) = (&fresh.redis, &fresh.clock);
    clock.advance(10);
    fresh.flush();
    let before = challenge(NOW.plus(10));
    redis.probe().unwrap();
    clock.advance(1);
    redis.probe().unwrap();
    let begins = redis.remembers_from().unwrap();
    assert_eq!(begins, NOW.plus(10 + AHEAD));
    assert!(!is_live(redis, &before));
    let new = challenge(begins);
    assert!(is_live(redis, &new) && !is_live(redis, &new));
    // Emptied once more at once: what bore that time was used.
    fresh.flush();
    assert!(!is_live(redis, &new));
    // Another node knows as well.
    clock.advance(1);
    let node = fresh.another_node();
    clock.advance(1);
    let new = challenge(node.remembers_from().unwrap());
    assert!(is_live(&node, &new) && !is_live(redis, &new));
}

#[test]
fn another_run_of_redis_begins_anew() {
    let fresh = Fresh::new();
    fresh.clock.advance(10);
    let marker = format!("hodlxxi:{}:memory", fresh.deployment.id);
    // As if it had been started again, with what it had saved some time ago.
    cmd("HSET")
        .arg(&marker)
        .arg("run")
        .arg("another")
        .exec(&mut connection())
        .unwrap();
    let node = fresh.another_node();
    let last = NOW.plus(10 + AHEAD - 1);
    assert!(!is_live(&node, &challenge(last)));
    assert!(is_live(&node, &challenge(last.plus(1))));
}

#[test]
fn another_node_does_not_begin_it_anew() {
    let fresh = Fresh::new();
    let spent = challenge(NOW);
    assert!(is_live(&fresh.redis, &spent));
    fresh.clock.advance(10);
    let node = fresh.another_node();
    assert!(is_live(&node, &challenge(NOW.plus(1))));
    assert!(!is_live(&node, &spent));
}

#[test]
fn a_first_start_has_forgotten_nothing() {
    let early = NOW.minus(3_600);
    let fresh = Fresh::first();
    assert!(fresh.redis.first_use(&once(early)).unwrap());
    assert!(!Fresh::new().redis.first_use(&once(early)).unwrap());
    // A flush ends that, for a first start alike.
    fresh.flush();
    assert!(!fresh.redis.first_use(&once(early)).unwrap());
}

#[test]
fn deployments_do_not_see_each_other() {
    let (one, other) = (Fresh::new(), Fresh::new());
    let challenge = challenge(NOW);
    assert!(is_live(&one.redis, &challenge));
    assert!(is_live(&other.redis, &challenge));
}

#[test]
fn everything_is_forgotten_some_time_after_its_end() {
    let fresh = Fresh::new();
    assert!(is_live(&fresh.redis, &challenge(NOW)));
    assert!(fresh.redis.first_use(&once(NOW)).unwrap());
    let mut conn = connection();
    let pattern = format!("hodlxxi:{}:*", fresh.deployment.id);
    let keys: Vec<String> = cmd("KEYS").arg(pattern).query(&mut conn).unwrap();
    assert_eq!(keys.len(), 3);
    for key in keys.iter().filter(|key| !key.ends_with(":memory")) {
        let seconds: i64 = cmd("TTL").arg(key).query(&mut conn).unwrap();
        assert!((590..=600).contains(&seconds), "{key}: {seconds}");
    }
}
