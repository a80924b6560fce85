//! What a person is asked, and how often.

use super::*;
use crate::scope::Scope;

fn asked(outcome: AuthorizeOutcome) -> crate::authorize::ConsentPrompt {
    match outcome {
        AuthorizeOutcome::Consent(prompt) => prompt,
        other => panic!("nobody was asked: {other:?}"),
    }
}

#[test]
fn what_was_allowed_is_remembered_and_only_the_rest_is_asked() {
    let world = World::new();
    let client = world.client(json!({"client_name": "<b>x</b>"}));
    let person = world.person(SignInMethod::Bitcoin);
    let prompt = asked(world.authorize(&request(&client, &[]), Some(&person)));
    assert_eq!(prompt.client.name.as_deref(), Some("<b>x</b>"));
    assert!(prompt.remembered && !prompt.client.verified);
    assert_eq!(prompt.form_action, "https://rp.example");
    world.tokens(&client, &person, &[]);
    let silent = request(&client, &[("prompt", "none")]);
    assert!(
        redirect(world.authorize(&silent, Some(&person)))
            .param("code")
            .is_some()
    );

    let more = request(&client, &[("scope", "openid profile")]);
    let prompt = asked(world.authorize(&more, Some(&person)));
    assert_eq!(
        (prompt.new_scopes, prompt.allowed_scopes),
        (vec![Scope::Profile], vec![Scope::OpenId])
    );
    let silent = request(&client, &[("scope", "openid profile"), ("prompt", "none")]);
    assert_eq!(
        error(world.authorize(&silent, Some(&person))),
        "consent_required"
    );

    let claims = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let prompt = asked(world.authorize(&request(&client, &[("claims", claims)]), Some(&person)));
    assert_eq!(prompt.claims, ["name"]);
    let always = request(&client, &[("prompt", "consent")]);
    assert!(
        asked(world.authorize(&always, Some(&person)))
            .new_scopes
            .is_empty()
    );

    assert!(
        world
            .provider
            .disconnect(&person, &client.id, &origin())
            .unwrap()
    );
    asked(world.authorize(&request(&client, &[]), Some(&person)));
}

#[test]
fn a_denial_goes_back_and_is_not_remembered() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let prompt = asked(world.authorize(&request(&client, &[]), Some(&person)));
    let denied = world
        .provider
        .decide(&prompt.resume, Decision::Deny, Some(&person), &origin())
        .unwrap();
    assert_eq!(error(denied), "access_denied");
    asked(world.authorize(&request(&client, &[]), Some(&person)));
    assert_eq!(Decision::from_field(Some("allow")), Decision::Allow);
    for other in [None, Some("deny"), Some("Allow"), Some("")] {
        assert_eq!(Decision::from_field(other), Decision::Deny);
    }
}

#[test]
fn only_who_was_asked_can_allow() {
    let world = World::new();
    let client = world.client(json!({}));
    let (hal, eve) = (
        world.person(SignInMethod::Bitcoin),
        world.person(SignInMethod::Bitcoin),
    );
    let prompt = asked(world.authorize(&request(&client, &[]), Some(&hal)));
    let allow = |person: Option<&Person>| {
        world
            .provider
            .decide(&prompt.resume, Decision::Allow, person, &origin())
            .unwrap()
    };
    let hal_again = world.again(&hal.user, SignInMethod::Bitcoin);
    asked(allow(Some(&eve)));
    asked(allow(Some(&hal_again)));
    assert!(matches!(allow(None), AuthorizeOutcome::Login(_)));
    // A request that waits for a sign-in is no question of consent.
    let AuthorizeOutcome::Login(login) = world.authorize(&request(&client, &[]), None) else {
        panic!("somebody has to sign in")
    };
    let outcome = world
        .provider
        .decide(&login.resume, Decision::Allow, Some(&hal), &origin())
        .unwrap();
    asked(outcome);
    assert!(redirect(allow(Some(&hal))).param("code").is_some());
}

#[test]
fn who_can_be_imitated_is_asked_about_every_time() {
    let world = World::new();
    let person = world.person(SignInMethod::Bitcoin);
    for uri in ["http://127.0.0.1:8000/cb", "com.example.app:/cb"] {
        let client = world.client(json!({
            "redirect_uris": [uri],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
        }));
        let text = request(&client, &[("redirect_uri", uri)]);
        assert!(world.allowed(&text, &person).param("code").is_some());
        assert!(!asked(world.authorize(&text, Some(&person))).remembered);
        let silent = request(&client, &[("redirect_uri", uri), ("prompt", "none")]);
        assert_eq!(
            error(world.authorize(&silent, Some(&person))),
            "consent_required"
        );
    }
    // With a secret of its own nobody else can redeem the code.
    let client = world.client(json!({"redirect_uris": ["http://localhost:8000/cb"]}));
    let text = request(&client, &[("redirect_uri", "http://localhost:8000/cb")]);
    world.allowed(&text, &person);
    assert!(
        redirect(world.authorize(&text, Some(&person)))
            .param("code")
            .is_some()
    );
}
