//! Registration and its management, on stores in memory.

use serde_json::json;

use super::*;
use crate::provider::tests::origin;
use crate::provider::world::World;

fn web() -> Value {
    json!({"redirect_uris": ["https://rp.example/cb"], "client_name": "RP"})
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

#[test]
fn the_answer_has_all_that_the_rfcs_ask_for_and_stores_keep_only_hashes() {
    let world = World::registering(RegistrationPolicy::Open);
    let registered = world.registered(&web());
    let answer = registered.to_json();
    let id = text(&answer, "client_id");
    assert_eq!(answer["client_secret_expires_at"], 0);
    assert_eq!(answer["client_id_issued_at"], 1_800_000_000);
    assert_eq!(answer["client_name"], "RP");
    let uri = format!("https://id.example/oauth/register/{id}");
    assert_eq!(text(&answer, "registration_client_uri"), uri);
    let kept = world
        .provider
        .client(&registered.client.id)
        .unwrap()
        .unwrap();
    let kept = format!("{kept:?}");
    for secret in ["client_secret", "registration_access_token"] {
        assert_eq!(text(&answer, secret).len(), 43);
        assert!(!kept.contains(text(&answer, secret)), "{secret}");
    }
}

#[test]
fn a_public_client_gets_no_secret() {
    let world = World::registering(RegistrationPolicy::Open);
    let mut metadata = web();
    metadata["token_endpoint_auth_method"] = json!("none");
    let answer = world.registered(&metadata).to_json();
    assert!(answer.get("client_secret").is_none());
    assert!(answer.get("client_secret_expires_at").is_none());
}

#[test]
fn who_may_register_is_the_operators_choice() {
    let off = World::registering(RegistrationPolicy::Off);
    let refused = off.provider.registration_request(&web(), Some("token"));
    assert!(matches!(refused, Err(RegisterError::Off)));

    let World {
        provider, clock, ..
    } = World::registering(RegistrationPolicy::Token);
    let token = provider.new_initial_access_token(2, 60, &origin()).unwrap();
    let register = |bearer: Option<&str>| {
        let request = provider.registration_request(&web(), bearer)?;
        provider.register(request, None, bearer, &origin())
    };
    for bad in [None, Some(""), Some("wrong")] {
        assert!(matches!(register(bad), Err(RegisterError::Token)));
    }
    assert!(register(Some(token.expose())).is_ok());
    clock.advance(60);
    assert!(matches!(
        register(Some(token.expose())),
        Err(RegisterError::Token)
    ));
}

#[test]
fn an_initial_access_token_is_good_for_its_uses_however_many_come_at_once() {
    let World { provider, .. } = World::registering(RegistrationPolicy::Token);
    let token = provider.new_initial_access_token(3, 60, &origin()).unwrap();
    let won = std::thread::scope(|scope| {
        let register = || {
            let request = provider.registration_request(&web(), Some(token.expose()))?;
            provider.register(request, None, Some(token.expose()), &origin())
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(register)).collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.flatten().count()
    });
    assert_eq!(won, 3);
}

#[test]
fn a_client_reads_changes_and_removes_its_registration() {
    let world = World::registering(RegistrationPolicy::Open);
    let provider = &world.provider;
    let answer = world.registered(&web()).to_json();
    let id = text(&answer, "client_id");
    let bearer = Some(text(&answer, "registration_access_token"));

    let read = provider
        .read_registration(id, bearer, &origin())
        .ok()
        .unwrap()
        .to_json();
    assert_eq!(read["registration_access_token"].as_str(), bearer);
    assert_eq!(read["client_name"], "RP");
    assert!(read.get("client_secret").is_none());

    let update = |body: Value| {
        let update = provider.registration_update(&body)?;
        provider.update_registration(id, bearer, update, None, &origin())
    };
    let body = json!({
        "client_id": id,
        "client_secret": answer["client_secret"],
        "redirect_uris": ["https://rp.example/new"],
    });
    let updated = update(body).ok().unwrap().to_json();
    assert_eq!(updated["redirect_uris"], json!(["https://rp.example/new"]));
    // What the request leaves out is gone.
    assert!(updated.get("client_name").is_none());
    assert!(updated.get("client_secret").is_none());

    let refused = |body| update(body).err().unwrap().code();
    let mut other = web();
    other["client_id"] = json!("other");
    assert_eq!(refused(other), "invalid_client_metadata");
    assert_eq!(refused(web()), "invalid_client_metadata");
    let mut chosen = web();
    chosen["client_id"] = json!(id);
    chosen["client_secret"] = json!("mine");
    assert_eq!(refused(chosen), "invalid_client_metadata");

    provider.delete_registration(id, bearer, &origin()).unwrap();
    let gone = provider.read_registration(id, bearer, &origin()).err();
    assert!(matches!(gone, Some(RegisterError::Token)));
}

#[test]
fn a_client_that_comes_to_need_a_secret_gets_one() {
    let world = World::registering(RegistrationPolicy::Open);
    let mut metadata = web();
    metadata["token_endpoint_auth_method"] = json!("none");
    let public = world.registered(&metadata).to_json();
    let (id, bearer) = (
        text(&public, "client_id"),
        text(&public, "registration_access_token"),
    );
    let mut body = web();
    body["client_id"] = json!(id);
    let update = world.provider.registration_update(&body).unwrap();
    let updated = world
        .provider
        .update_registration(id, Some(bearer), update, None, &origin());
    let updated = updated.ok().unwrap();
    let kept = world.provider.client(&updated.client.id).unwrap().unwrap();
    assert_eq!(kept.secret_hash, updated.secret.map(|secret| secret.hash()));
    assert!(kept.secret_hash.is_some());
}

#[test]
fn without_its_own_token_nothing_is_told_of_a_client() {
    let world = World::registering(RegistrationPolicy::Open);
    let mine = world.registered(&web()).to_json();
    let other = world.registered(&web()).to_json();
    let (id, other) = (
        text(&mine, "client_id"),
        text(&other, "registration_access_token"),
    );
    for (id, bearer) in [
        (id, None),
        (id, Some("")),
        (id, Some(other)),
        ("unknown", Some(other)),
        ("not an id", Some(other)),
    ] {
        let read = world
            .provider
            .read_registration(id, bearer, &origin())
            .err();
        assert!(matches!(read, Some(RegisterError::Token)), "{id}");
        let deleted = world.provider.delete_registration(id, bearer, &origin());
        assert!(matches!(deleted, Err(RegisterError::Token)), "{id}");
    }
    let own = Some(text(&mine, "registration_access_token"));
    let client = id.parse().unwrap();
    assert!(
        world
            .provider
            .set_client_disabled(&client, true, &origin())
            .unwrap()
    );
    assert!(
        world
            .provider
            .read_registration(id, own, &origin())
            .is_err()
    );
}

#[test]
fn an_administrators_client_manages_nothing_and_gets_a_new_secret_from_them() {
    let World { provider, .. } = World::registering(RegistrationPolicy::Off);
    let request = provider.client_request(&web()).unwrap();
    let created = provider
        .create_client(request, None, true, &origin())
        .ok()
        .unwrap();
    assert!(created.client.verified && created.registration_token.is_none());
    assert!(created.to_json().get("registration_client_uri").is_none());
    let id = &created.client.id;
    let secret = provider.rotate_client_secret(id, &origin()).ok().unwrap();
    let kept = provider.client(id).unwrap().unwrap();
    assert_eq!(kept.secret_hash, Some(secret.hash()));
    assert_ne!(kept.secret_hash, created.client.secret_hash);
    assert_eq!(provider.list_clients(None, 10).unwrap().clients.len(), 1);

    let unknown = provider
        .rotate_client_secret(&"unknown".parse().unwrap(), &origin())
        .err();
    assert!(matches!(unknown, Some(ClientSecretError::Unknown)));
    let mut public = web();
    public["token_endpoint_auth_method"] = json!("none");
    let request = provider.client_request(&public).unwrap();
    let public = provider
        .create_client(request, None, false, &origin())
        .ok()
        .unwrap();
    let none = provider
        .rotate_client_secret(&public.client.id, &origin())
        .err();
    assert!(matches!(none, Some(ClientSecretError::NoSecret)));
}

#[test]
fn a_pairwise_client_cannot_come_to_see_people_by_other_names() {
    let world = World::registering(RegistrationPolicy::Open);
    let provider = &world.provider;
    let mut metadata = web();
    metadata["subject_type"] = json!("pairwise");
    let answer = world.registered(&metadata).to_json();
    let id = text(&answer, "client_id");
    let bearer = Some(text(&answer, "registration_access_token"));
    let update = |metadata: &Value| {
        let mut body = metadata.clone();
        body["client_id"] = json!(id);
        let update = provider.registration_update(&body)?;
        provider.update_registration(id, bearer, update, None, &origin())
    };
    assert!(update(&metadata).is_ok());
    for (member, value) in [
        ("subject_type", json!("public")),
        ("redirect_uris", json!(["https://elsewhere.example/cb"])),
    ] {
        let mut other = metadata.clone();
        other[member] = value;
        let refused = update(&other);
        assert!(
            matches!(
                refused,
                Err(RegisterError::Metadata(RegistrationError::OtherSubjects))
            ),
            "{member}"
        );
    }
}
