//! What the audit log says of what clients do.

use hodlxxi_kernel::audit::{AuditLog, AuditRecord, Part};

use super::*;

impl World {
    /// The newest entry of `person`.
    fn newest(&self, person: &Person) -> AuditRecord {
        let newest = self.store.concerning(&person.user, Part::Acts, None, 1);
        newest.unwrap().remove(0)
    }

    fn told(&self, person: &Person) -> Vec<String> {
        let records = self.store.concerning(&person.user, Part::Acts, None, 100);
        let records = records.unwrap();
        let told = records.iter().rev();
        told.map(|record| format!("{} {}", record.action, record.outcome))
            .collect()
    }
}

#[test]
fn a_whole_way_is_told_to_the_person() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let asked = [("scope", "openid offline_access")];
    let tokens = world.tokens(&client, &person, &asked);
    let entry = world.newest(&person);
    assert_eq!(entry.client.as_deref(), Some(client.id.as_str()));
    assert_eq!((&*entry.actor, entry.at), ("client", world.clock.now()));
    let detail = entry.detail.unwrap();
    assert_eq!(detail, "authorization_code: openid offline_access");
    let personal = entry.personal.unwrap();
    assert_eq!(personal.session.as_deref(), Some(person.session.as_str()));
    assert_eq!(personal.address.as_deref(), Some("203.0.113.9"));

    let refresh = tokens.refresh_token.unwrap();
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose()),
    ];
    let refreshed = world.token(&client, &pairs).unwrap();
    let access = refreshed.access_token.expose();
    world.provider.revoke(&client, access, &origin()).unwrap();
    let gone = world.provider.disconnect(&person, &client.id, &origin());
    assert!(gone.unwrap());
    assert_eq!(
        world.told(&person),
        [
            "oauth.consent_given done",
            "oauth.token_granted done",
            "oauth.token_refreshed done",
            "oauth.token_revoked done",
            "oauth.consent_withdrawn done",
        ]
    );
}

#[test]
fn a_code_in_wrong_hands_is_told_and_one_made_up_is_not() {
    let world = World::new();
    let (client, thief) = (world.client(json!({})), world.client(json!({})));
    let person = world.person(SignInMethod::Bitcoin);
    let code = world.code(&request(&client, &[]), &person);
    assert!(world.exchange(&thief, &code).is_err());
    let entry = world.newest(&person);
    assert_eq!(entry.action, "oauth.token_refused");
    assert_eq!(entry.client.as_deref(), Some(thief.id.as_str()));
    let detail = entry.detail.unwrap();
    assert_eq!(detail, "the code is another client's");

    let acts = || world.store.acts().len();
    let before = acts();
    for made_up in ["x", "y", "z"] {
        assert!(world.exchange(&thief, made_up).is_err());
    }
    assert_eq!(acts(), before);

    let wrong = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", "wrong"),
    ];
    assert!(world.token(&client, &wrong).is_err());
    let detail = world.newest(&person).detail.unwrap();
    assert!(detail.contains("code_verifier"), "{detail}");
}

#[test]
fn a_refusal_of_the_person_is_told() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let AuthorizeOutcome::Consent(prompt) = world.authorize(&request(&client, &[]), Some(&person))
    else {
        panic!("the person is asked")
    };
    world
        .provider
        .decide(&prompt.resume, Decision::Deny, Some(&person), &origin())
        .unwrap();
    assert_eq!(world.told(&person), ["oauth.consent_denied done"]);
}

#[test]
fn keys_and_clients_that_come_and_go_are_recorded() {
    let world = World::new();
    let client = world.client(json!({})).id;
    let (provider, operator) = (&world.provider, Origin::operator());
    provider.rotate_client_secret(&client, &operator).unwrap();
    for disabled in [true, false] {
        let done = provider.set_client_disabled(&client, disabled, &operator);
        assert!(done.unwrap());
    }
    assert!(provider.delete_client(&client, &operator).unwrap());
    provider.new_initial_access_token(2, 60, &operator).unwrap();
    let told: Vec<_> = world
        .store
        .acts()
        .iter()
        .map(|act| (act.action.as_str(), act.origin.actor.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("keys.rotated", "server"),
            ("keys.rotated", "server"),
            ("oauth.client_registered", "operator"),
            ("oauth.client_secret_rotated", "operator"),
            ("admin.client_disabled", "operator"),
            ("admin.client_enabled", "operator"),
            ("oauth.client_deleted", "operator"),
            ("admin.registration_token_made", "operator"),
        ]
    );
}
