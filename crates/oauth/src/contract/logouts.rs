//! [`LogoutStore`](crate::grant::LogoutStore).

use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{ClientId, SessionId};

use super::{Fixture, NOW, race, sample};
use crate::client::ClientOrigin;
use crate::grant::Authorized;

/// One delivery for each client that took part and registered, however often it took part.
pub fn only_who_registered_and_took_part_is_told_once(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let told = sample::kept_client(fixture);
    sample::kept_client(fixture);
    let mut silent = sample::client(ClientOrigin::Registered, 0);
    silent.metadata.backchannel_logout_uri = None;
    stores
        .clients
        .insert_client(&silent, &sample::act(Action::ClientRegistered))
        .unwrap();
    let authorized = sample::authorized(fixture, &fixture.user());
    for client in [&told, &told, &silent.id] {
        join(fixture, client, &authorized);
    }
    // Who never redeemed its code knows no session.
    let idle = sample::code(&sample::kept_client(fixture), authorized.clone());
    stores.codes.save_code(&idle).unwrap();
    let (user, session) = (&authorized.user, &authorized.session);
    let another = fixture.session(user);
    assert_eq!(
        stores.logouts.queue_logouts(user, &another, NOW).unwrap(),
        0
    );
    assert_eq!(stores.logouts.queue_logouts(user, session, NOW).unwrap(), 1);
    assert_eq!(stores.logouts.queue_logouts(user, session, NOW).unwrap(), 0);

    let due = stores.logouts.lease_logouts(NOW, NOW.plus(60), 10).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(
        (&due[0].client, &due[0].user, &due[0].session),
        (&told, user, session)
    );
    assert_eq!(due[0].attempts, 0);
}

/// Those of the sessions asked about, in the order in which each came first, and no more than asked for.
pub fn who_took_part_in_a_session_is_told_in_order(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let user = fixture.user();
    let (one, other) = (
        sample::authorized(fixture, &user),
        sample::authorized(fixture, &user),
    );
    let clients = [(); 3].map(|()| sample::kept_client(fixture));
    let enter = |client: usize, authorized: &Authorized, at: i64| {
        let mut code = sample::code(&clients[client], authorized.clone());
        code.expires_at = code.expires_at.plus(at);
        let redemption = sample::redemption(&code, NOW);
        stores.grants.redeem(&redemption).unwrap();
    };
    for (client, authorized, at) in [
        (2, &one, 1),
        (0, &one, 2),
        (1, &other, 3),
        (0, &other, 4),
        (2, &one, 5),
    ] {
        enter(client, authorized, at);
    }
    let told = |sessions: &[SessionId], limit| {
        let told = stores.logouts.participants(sessions, limit).unwrap();
        let told = told.into_iter().map(|told| {
            let index = clients.iter().position(|client| *client == told.client.id);
            (told.session, index.unwrap())
        });
        told.collect::<Vec<_>>()
    };
    let (one, other) = (one.session, other.session);
    assert_eq!(
        told(std::slice::from_ref(&one), 9),
        [(one.clone(), 2), (one.clone(), 0)]
    );
    let both = [other.clone(), one.clone()];
    let all = [
        (one.clone(), 2),
        (one.clone(), 0),
        (other.clone(), 1),
        (other, 0),
    ];
    assert_eq!(told(&both, 9), all);
    assert_eq!(told(&both, 3), all[..3]);
    assert!(told(&[], 9).is_empty());
    assert_eq!(stores.logouts.queue_logouts(&user, &one, NOW).unwrap(), 2);
    assert!(told(&[one], 9).is_empty(), "it is over");
}

/// Of many at once exactly one leases a delivery, and it is due again when the lease ends.
pub fn a_lease_is_exclusive_until_it_ends(fixture: &impl Fixture) {
    queue(fixture, 1);
    let logouts = fixture.stores().logouts;
    let lease = |now| logouts.lease_logouts(now, now.plus(60), 10).unwrap().len();
    assert_eq!(race(|_| lease(NOW)).into_iter().sum::<usize>(), 1);
    assert_eq!(lease(NOW.plus(59)), 0);
    assert_eq!(lease(NOW.plus(60)), 1);
}

/// A failure counts and waits until it is due; what is finished is gone.
pub fn a_failed_one_comes_back_and_a_finished_one_does_not(fixture: &impl Fixture) {
    queue(fixture, 2);
    let logouts = fixture.stores().logouts;
    let lease = |now| logouts.lease_logouts(now, now.plus(10), 1).unwrap();
    let (failed, done) = (lease(NOW).remove(0), lease(NOW).remove(0));
    assert_ne!(failed.id, done.id);
    logouts.finish_logout(&done.id).unwrap();
    logouts.retry_logout(&failed.id, NOW.plus(100)).unwrap();
    assert!(lease(NOW.plus(99)).is_empty());
    let again = logouts
        .lease_logouts(NOW.plus(100), NOW.plus(200), 10)
        .unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!((&again[0].id, again[0].attempts), (&failed.id, 1));
}

/// Queues `clients` logouts of one session.
fn queue(fixture: &impl Fixture, clients: usize) {
    let stores = fixture.stores();
    let authorized = sample::authorized(fixture, &fixture.user());
    for _ in 0..clients {
        join(fixture, &sample::kept_client(fixture), &authorized);
    }
    let (user, session) = (&authorized.user, &authorized.session);
    let queued = stores.logouts.queue_logouts(user, session, NOW).unwrap();
    assert_eq!(queued, clients);
}

/// Lets `client` take part in the session.
fn join(fixture: &impl Fixture, client: &ClientId, authorized: &Authorized) {
    let redemption = sample::redemption(&sample::code(client, authorized.clone()), NOW);
    fixture.stores().grants.redeem(&redemption).unwrap();
}
