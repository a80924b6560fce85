//! People and their clients, on stores in memory.

use hodlxxi_kernel::audit::Actor;
use hodlxxi_kernel::{OsEntropy, SessionId, UserId};

use super::*;
use crate::jose::SigningAlg;
use crate::params::Params;
use crate::provider::ClientCredentials;
use crate::provider::RegistrationPolicy;
use crate::provider::tests::origin;
use crate::provider::world::World;
use crate::scope::ScopeSet;

fn person(world: &World, method: SignInMethod) -> Person {
    Person {
        user: UserId::generate(&*world.clock, &OsEntropy),
        session: SessionId::generate(&*world.clock, &OsEntropy),
        auth_time: world.provider.now(),
        method,
        merged: false,
    }
}

fn draft(uri: &str) -> ClientDraft {
    ClientDraft {
        name: "A shop".to_owned(),
        redirect_uris: vec![uri.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: ScopeSet::parse("profile"),
    }
}

fn create(world: &World, person: &Person, kind: ClientKind) -> Result<Registered, OwnClientError> {
    let draft = draft("https://rp.example/cb");
    world
        .provider
        .create_own_client(person, kind, &draft, &origin())
}

fn is_believed(world: &World, id: &ClientId, secret: &Secret) -> bool {
    let form = format!("client_id={id}&client_secret={}", secret.expose());
    let credentials = ClientCredentials::parse(None, &Params::parse(&form).unwrap());
    let credentials = credentials.ok().unwrap();
    world
        .provider
        .authenticate_client(&credentials, &origin())
        .is_ok()
}

#[test]
fn people_with_a_key_make_clients_whoever_may_register() {
    let world = World::registering(RegistrationPolicy::Off);
    let (owner, guest) = (
        person(&world, SignInMethod::Bitcoin),
        person(&world, SignInMethod::Guest),
    );
    for kind in ClientKind::ALL {
        let made = create(&world, &owner, kind).ok().unwrap();
        assert_eq!(
            made.secret.is_some(),
            matches!(kind, ClientKind::Web | ClientKind::Machine)
        );
        assert!(made.registration_token.is_none() && !made.client.verified);
        let kept = world.provider.own_client(&owner, &made.client.id).unwrap();
        assert_eq!(
            kept.machine_scopes().to_string(),
            if kind.has_people() {
                ""
            } else {
                "read_limited"
            }
        );
    }
    assert_eq!(world.provider.own_clients(&owner).unwrap().len(), 4);
    let refused = create(&world, &guest, ClientKind::Web).err();
    assert!(matches!(refused, Some(OwnClientError::Guest)));
    let acts = world.store.acts().into_iter();
    let made = acts.filter(|act| act.action == Action::ClientRegistered);
    let by_owner = made.filter(|act| {
        act.origin.actor == Actor::Person && act.person.as_ref() == Some(&owner.user)
    });
    assert_eq!(by_owner.count(), 4);
}

#[test]
fn the_rules_are_those_of_registration() {
    let world = World::registering(RegistrationPolicy::Open);
    let owner = person(&world, SignInMethod::Nostr);
    let refused = |kind, uri: &str| {
        let made = world
            .provider
            .create_own_client(&owner, kind, &draft(uri), &origin());
        matches!(
            made.err(),
            Some(OwnClientError::Metadata(RegistrationError::RedirectUri(_)))
        )
    };
    for bad in [
        "http://rp.example/cb",
        "https://rp.example/cb#x",
        "https://*.rp.example/",
        "https://a@rp.example/",
    ] {
        assert!(
            ClientKind::ALL
                .into_iter()
                .filter(|kind| kind.has_people())
                .all(|kind| refused(kind, bad)),
            "{bad}"
        );
    }
    assert!(refused(ClientKind::Web, "com.example.app:/cb"));
    assert!(!refused(ClientKind::Native, "com.example.app:/cb"));
}

#[test]
fn there_is_room_for_so_many_until_one_is_deleted() {
    let world = World::registering(RegistrationPolicy::Open);
    let owner = person(&world, SignInMethod::Bitcoin);
    let made: Vec<_> = (0..MOST_OWN_CLIENTS)
        .map(|_| create(&world, &owner, ClientKind::Native).ok().unwrap())
        .collect();
    let refused = create(&world, &owner, ClientKind::Native).err();
    assert!(matches!(refused, Some(OwnClientError::TooMany)));
    let first = &made[0].client.id;
    world
        .provider
        .delete_own_client(&owner, first, &origin())
        .unwrap();
    assert!(create(&world, &owner, ClientKind::Native).is_ok());
}

#[test]
fn another_persons_client_is_unknown_to_everything() {
    let world = World::registering(RegistrationPolicy::Open);
    let (owner, other) = (
        person(&world, SignInMethod::Bitcoin),
        person(&world, SignInMethod::Bitcoin),
    );
    let theirs = create(&world, &owner, ClientKind::Web)
        .ok()
        .unwrap()
        .client
        .id;
    let nobodys = world.registered(&serde_json::json!({"redirect_uris": ["https://rp.example/"]}));
    for id in [&theirs, &nobodys.client.id] {
        let (provider, origin) = (&world.provider, &origin());
        let draft = draft("https://evil.example/");
        let refusals = [
            provider.own_client(&other, id).err(),
            provider.update_own_client(&other, id, &draft, origin).err(),
            provider.rotate_own_secret(&other, id, origin).err(),
            provider.end_old_secret(&other, id, origin).err(),
            provider.delete_own_client(&other, id, origin).err(),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Some(OwnClientError::Unknown)));
        }
    }
}

#[test]
fn a_change_keeps_the_secret_and_the_kind() {
    let world = World::registering(RegistrationPolicy::Open);
    let owner = person(&world, SignInMethod::Bitcoin);
    let made = create(&world, &owner, ClientKind::Web).ok().unwrap();
    let id = &made.client.id;
    // The provider of these tests has no RSA key.
    let mut metadata = made.client.metadata.clone();
    metadata.id_token_signed_response_alg = SigningAlg::Es256;
    let (clients, act) = (
        &world.provider.stores.clients,
        world.provider.act(Action::ClientUpdated, &origin()),
    );
    clients.update_client(id, &metadata, None, &act).unwrap();
    let moved = draft("https://rp.example/elsewhere");
    world
        .provider
        .update_own_client(&owner, id, &moved, &origin())
        .unwrap();
    let client = world.provider.own_client(&owner, id).unwrap();
    assert!(
        client
            .metadata
            .redirect_uri("https://rp.example/elsewhere")
            .is_some()
    );
    assert!(
        client
            .metadata
            .redirect_uri("https://rp.example/cb")
            .is_none()
    );
    assert_eq!(ClientKind::of(&client.metadata), ClientKind::Web);
    assert!(is_believed(&world, id, &made.secret.unwrap()));
}

#[test]
fn after_a_rotation_both_secrets_are_good_for_a_day_and_never_three() {
    let world = World::registering(RegistrationPolicy::Open);
    let owner = person(&world, SignInMethod::Bitcoin);
    let made = create(&world, &owner, ClientKind::Web).ok().unwrap();
    let (id, first) = (&made.client.id, made.secret.as_ref().unwrap());
    let rotate = || {
        world
            .provider
            .rotate_own_secret(&owner, id, &origin())
            .ok()
            .unwrap()
    };
    let second = rotate();
    world.clock.advance(SECRET_OVERLAP - 1);
    assert!(is_believed(&world, id, first) && is_believed(&world, id, &second));
    world.clock.advance(1);
    assert!(!is_believed(&world, id, first) && is_believed(&world, id, &second));
    let third = rotate();
    let fourth = rotate();
    assert!(!is_believed(&world, id, &second));
    assert!(is_believed(&world, id, &third) && is_believed(&world, id, &fourth));
    let end = || {
        world
            .provider
            .end_old_secret(&owner, id, &origin())
            .unwrap()
    };
    assert!(end() && !end());
    assert!(!is_believed(&world, id, &third) && is_believed(&world, id, &fourth));
}

#[test]
fn an_operators_rotation_leaves_no_old_secret_and_public_clients_have_none() {
    let world = World::registering(RegistrationPolicy::Open);
    let owner = person(&world, SignInMethod::Bitcoin);
    let made = create(&world, &owner, ClientKind::Machine).ok().unwrap();
    let id = &made.client.id;
    let second = world
        .provider
        .rotate_own_secret(&owner, id, &origin())
        .ok()
        .unwrap();
    let third = world
        .provider
        .rotate_client_secret(id, &origin())
        .ok()
        .unwrap();
    assert!(!is_believed(&world, id, made.secret.as_ref().unwrap()));
    assert!(!is_believed(&world, id, &second) && is_believed(&world, id, &third));
    let public = create(&world, &owner, ClientKind::SinglePage).ok().unwrap();
    let refused = world
        .provider
        .rotate_own_secret(&owner, &public.client.id, &origin());
    assert!(matches!(refused.err(), Some(OwnClientError::NoSecret)));
}
