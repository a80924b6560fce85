//! [`ClientStore`](crate::client::ClientStore), of clients that belong to people, and what is done with
//! their secrets and names.

use hodlxxi_kernel::UserId;
use hodlxxi_kernel::audit::Action;

use super::{Fixture, NOW, race, sample};
use crate::client::{Client, ClientOrigin, PreviousSecret};

/// A client of `owner`, not kept yet.
fn of(owner: &UserId, age: i64) -> Client {
    Client {
        owner: Some(owner.clone()),
        ..sample::client(ClientOrigin::Registered, age)
    }
}

fn keep(fixture: &impl Fixture, client: &Client, most: u32) -> bool {
    let act = sample::act(Action::ClientRegistered);
    let owner = client.owner.as_ref().unwrap();
    let clients = fixture.stores().clients;
    clients
        .insert_owned_client(client, owner, most, &act)
        .unwrap()
}

/// Exactly as many as there is room for; another owner's do not count.
pub fn of_many_at_once_an_owner_gets_so_many_clients(fixture: &impl Fixture) {
    let (owner, other) = (fixture.user(), fixture.user());
    assert!(keep(fixture, &of(&other, 0), 1));
    assert!(!keep(fixture, &of(&other, 0), 1));
    let kept = race(|_| keep(fixture, &of(&owner, 0), 5));
    assert_eq!(kept.into_iter().filter(|kept| *kept).count(), 5);
    let clients = fixture.stores().clients;
    assert_eq!(clients.clients_of(&owner).unwrap().len(), 5);
    assert_eq!(clients.count_clients().unwrap(), 6);
}

/// Newest first, whole, and nobody else's.
pub fn an_owners_clients_are_theirs(fixture: &impl Fixture) {
    let (owner, other) = (fixture.user(), fixture.user());
    let theirs: Vec<_> = (0..3).map(|age| of(&owner, age)).collect();
    for client in theirs.iter().rev() {
        assert!(keep(fixture, client, 20));
    }
    sample::kept_client(fixture);
    let clients = fixture.stores().clients;
    assert_eq!(clients.clients_of(&owner).unwrap(), theirs);
    assert_eq!(
        clients.client(&theirs[0].id).unwrap().as_ref(),
        Some(&theirs[0])
    );
    assert!(clients.clients_of(&other).unwrap().is_empty());
}

/// With its end; a second rotation takes its place, it can be ended, and one without overlap leaves none.
pub fn an_old_secret_is_kept_beside_the_new_one(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    let id = sample::kept_client(fixture);
    let secrets = || {
        let client = clients.client(&id).unwrap().unwrap();
        (client.secret_hash, client.previous_secret)
    };
    let act = || sample::act(Action::ClientSecretRotated);
    let end = || {
        let act = sample::act(Action::ClientSecretEnded);
        clients.end_previous_secret(&id, &act).unwrap()
    };
    assert!(!end());
    for until in [NOW.plus(60), NOW.plus(120)] {
        let old = secrets().0.unwrap();
        let new = sample::hash();
        assert!(
            clients
                .set_client_secret(&id, &new, Some(until), &act())
                .unwrap()
        );
        let previous = PreviousSecret {
            hash: old,
            good_until: until,
        };
        assert_eq!(secrets(), (Some(new), Some(previous)));
    }
    let (current, _) = secrets();
    assert!(end() && !end());
    assert_eq!(secrets(), (current, None));
    for until in [Some(NOW.plus(60)), None] {
        let new = sample::hash();
        clients.set_client_secret(&id, &new, until, &act()).unwrap();
        assert_eq!(secrets().0, Some(new));
        assert_eq!(secrets().1.is_some(), until.is_some());
    }
}

/// And not any more.
pub fn a_name_is_vouched_for(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    let id = sample::kept_client(fixture);
    for verified in [true, false] {
        let act = sample::act(Action::ClientVerified);
        assert!(clients.set_client_verified(&id, verified, &act).unwrap());
        assert_eq!(clients.client(&id).unwrap().unwrap().verified, verified);
    }
    let unknown = sample::client(ClientOrigin::Registered, 0).id;
    let act = sample::act(Action::ClientVerified);
    assert!(!clients.set_client_verified(&unknown, true, &act).unwrap());
}

/// Unused as they may be.
pub fn an_owners_clients_never_expire(fixture: &impl Fixture) {
    let client = of(&fixture.user(), 1_000);
    assert!(keep(fixture, &client, 20));
    let clients = fixture.stores().clients;
    let act = sample::act(Action::ClientsExpired);
    assert_eq!(clients.purge_unused_clients(NOW, 10, &act).unwrap(), 0);
    assert_eq!(clients.client(&client.id).unwrap(), Some(client));
}
