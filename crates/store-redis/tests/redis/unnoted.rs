//! A change that Redis could not be told of at first: no node answers from before it once Redis was told,
//! and the node that made it never does.

use std::thread::sleep;
use std::time::{Duration, Instant};

use hodlxxi_auth::account::{AccountStore as _, SessionStore as _};
use hodlxxi_auth::contract::NOW;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{OsEntropy, SystemClock, UserId};

use crate::cache::{World, act};
use crate::fixture::Fresh;
use crate::server::Server;

/// Two nodes on a Redis that is theirs alone, which has the session.
fn cached() -> (Server, World) {
    let server = Server::start();
    let world = World::on(Fresh::on(&server));
    assert_eq!(world.lives(), [true; 2]);
    (server, world)
}

/// Ends the session on the first node.
fn end(world: &World) {
    let (user, id) = (&world.session.user.id, &world.session.id);
    let ended = world.nodes[0].end_session(user, id, &act(Action::SessionEnded));
    assert!(ended.unwrap());
}

/// Forbids what it takes to note a change, and nothing that it takes to look.
fn forbid(server: &Server) {
    server
        .say(&["ACL", "SETUSER", "default", "-hincrby"])
        .unwrap();
}

fn allow(server: &Server) {
    server
        .say(&["ACL", "SETUSER", "default", "+hincrby"])
        .unwrap();
}

#[test]
fn a_change_is_noted_although_redis_was_slow_a_moment_ago() {
    let (server, world) = cached();
    server.halt();
    // From now on this node leaves Redis alone for half a second.
    assert!(world.lives_on(0));
    server.go_on();
    end(&world);
    assert_eq!(world.lives(), [false; 2]);
}

#[test]
fn a_change_that_redis_did_not_hear_is_told_when_it_answers_again() {
    let (server, world) = cached();
    // So long that a sign of life is asked for first: otherwise Redis would read the change when it goes on.
    sleep(Duration::from_millis(600));
    server.halt();
    end(&world);
    assert!(!world.lives_on(0));
    server.go_on();
    assert!(!world.lives_on(0));
    let begin = Instant::now();
    while world.fresh.redis.probe().is_err() {
        assert!(begin.elapsed() < Duration::from_secs(10), "it stays away");
        sleep(Duration::from_millis(50));
    }
    assert_eq!(world.lives(), [false; 2]);
}

#[test]
fn a_node_that_could_not_note_a_change_asks_the_database() {
    let (server, world) = cached();
    forbid(&server);
    end(&world);
    // Redis answers, and has what was.
    for _ in 0..3 {
        assert!(!world.lives_on(0));
        world.fresh.redis.probe().unwrap();
    }
    allow(&server);
    // A look tells it first.
    assert!(!world.lives_on(0));
    assert!(!world.lives_on(1));
}

#[test]
fn too_many_changes_to_keep_void_all_that_is_cached() {
    let (server, world) = cached();
    forbid(&server);
    end(&world);
    for _ in 0..1_000 {
        let other = UserId::generate(&SystemClock, &OsEntropy);
        let node = &world.nodes[0];
        node.disable_user(&other, NOW, &act(Action::UserDisabled))
            .unwrap();
    }
    world.fresh.redis.probe().unwrap();
    assert_eq!(world.lives(), [false; 2]);
}

#[test]
fn a_change_is_noted_although_the_memory_of_redis_is_full() {
    let (server, world) = cached();
    server.say(&["CONFIG", "SET", "maxmemory", "1"]).unwrap();
    let full = server.say(&["SET", "one", "more"]).unwrap_err();
    assert_eq!(full.code(), Some("OOM"));
    end(&world);
    assert_eq!(world.lives(), [false; 2]);
}

#[test]
fn what_is_found_ended_is_noted_all_the_same() {
    let found_done: [fn(&World); 4] = [
        |world| {
            let (user, id) = (&world.session.user.id, &world.session.id);
            let act = act(Action::SessionEnded);
            assert!(!world.nodes[1].end_session(user, id, &act).unwrap());
        },
        |world| {
            let (user, act) = (&world.session.user.id, act(Action::OtherSessionsEnded));
            let ended = world.nodes[1].end_other_sessions(user, None, &act);
            assert!(ended.unwrap().is_empty());
        },
        |world| {
            let (user, act) = (&world.session.user.id, act(Action::UserDisabled));
            world.nodes[1].disable_user(user, NOW, &act).unwrap();
        },
        |world| {
            let (user, act) = (&world.session.user.id, act(Action::UserEnabled));
            world.nodes[1].enable_user(user, NOW, &act).unwrap();
        },
    ];
    for again in found_done {
        let world = World::on(Fresh::new());
        assert_eq!(world.lives(), [true; 2]);
        // By a node that was stopped before it noted so.
        let (user, database) = (&world.session.user.id, world.database());
        database
            .disable_user(user, NOW, &act(Action::UserDisabled))
            .unwrap();
        assert_eq!(world.lives(), [true; 2]);
        again(&world);
        assert_eq!(world.lives(), [false; 2]);
    }
}

#[test]
fn a_process_that_ends_tries_for_a_moment_and_says_whether_it_was_heard() {
    let (server, world) = cached();
    let redis = &world.fresh.redis;
    assert!(redis.settle(Duration::ZERO));
    forbid(&server);
    end(&world);
    assert!(!redis.settle(Duration::from_millis(300)));
    allow(&server);
    assert!(redis.settle(Duration::from_secs(2)));
    assert!(!world.lives_on(1));
}
