//! What becomes of sign-ins with a Lightning wallet where Redis forgets, or goes back to an older copy.

use hodlxxi_kernel::{PublicKey, SecretHash};
use hodlxxi_lnurl::auth::Action;
use hodlxxi_lnurl::contract::NOW;
use hodlxxi_lnurl::session::{Approval, AuthSessionStore, LIFETIME, NewAuthSession};
use hodlxxi_store_redis::Redis;
use redis::cmd;

use crate::fixture::{Fresh, connection, new_hash};

const KEY: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

fn begin(redis: &Redis) -> NewAuthSession {
    let session = NewAuthSession {
        k1: new_hash(),
        browser: new_hash(),
        action: Action::Login,
        session: None,
        expires_at: NOW.plus(LIFETIME),
    };
    redis.create(&session).unwrap();
    session
}

fn approve(redis: &Redis, k1: &SecretHash) -> Approval {
    let now = NOW.as_unix() * 1_000_000;
    let key = PublicKey::parse(KEY).unwrap();
    redis.approve(k1, &key, now).unwrap()
}

#[test]
fn what_was_under_way_before_a_flush_is_unknown() {
    let fresh = Fresh::new();
    let (pending, approved) = (begin(&fresh.redis), begin(&fresh.redis));
    assert_eq!(approve(&fresh.redis, &approved.k1), Approval::Approved);
    fresh.flush();
    for session in [&pending, &approved] {
        assert_eq!(approve(&fresh.redis, &session.k1), Approval::Unknown);
        assert_eq!(fresh.redis.peek(&session.k1).unwrap(), None);
        let redeemed = fresh.redis.redeem(&session.k1, &session.browser, NOW);
        assert_eq!(redeemed.unwrap(), None);
    }
    // What begins afterwards is good at once.
    let new = begin(&fresh.redis);
    assert_eq!(approve(&fresh.redis, &new.k1), Approval::Approved);
    assert_eq!(approve(&fresh.redis, &new.k1), Approval::Used);
}

#[test]
fn an_older_copy_of_redis_approves_and_redeems_nothing_again() {
    let fresh = Fresh::new();
    let (pending, approved) = (begin(&fresh.redis), begin(&fresh.redis));
    assert_eq!(approve(&fresh.redis, &approved.k1), Approval::Approved);
    fresh.clock.advance(10);
    // As if Redis had been started again with what it had saved by now, and both had been redeemed since.
    cmd("HSET")
        .arg(format!("hodlxxi:{}:memory", fresh.deployment.id))
        .arg("run")
        .arg("another")
        .exec(&mut connection())
        .unwrap();
    let node = fresh.another_node();
    assert_eq!(approve(&node, &pending.k1), Approval::Unknown);
    let redeemed = node.redeem(&approved.k1, &approved.browser, NOW.plus(10));
    assert_eq!(redeemed.unwrap(), None);
    assert_eq!(node.peek(&approved.k1).unwrap(), None);
    let new = begin(&node);
    assert_eq!(approve(&node, &new.k1), Approval::Approved);
}
