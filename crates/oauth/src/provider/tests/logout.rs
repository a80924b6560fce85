//! Logout: asked for by a relying party, and told to relying parties.

use super::*;
use crate::provider::{EndSession, LogoutError};

const AFTER: &str = "https://rp.example/bye?x=1";

fn client(world: &World) -> Client {
    world.client(json!({
        "post_logout_redirect_uris": [AFTER],
        "backchannel_logout_uri": "https://rp.example/backchannel",
    }))
}

fn end(world: &World, pairs: &[(&str, &str)], person: Option<&Person>) -> EndSession {
    world
        .provider
        .end_session(&params(&query(pairs)), person)
        .unwrap()
}

fn resume(outcome: EndSession) -> String {
    match outcome {
        EndSession::Ask { resume, .. } => resume,
        EndSession::Done { .. } => panic!("nobody was asked"),
    }
}

#[test]
fn a_hint_of_this_session_ends_it_and_redirects_with_state() {
    let world = World::new();
    let client = client(&world);
    let person = world.person(SignInMethod::Bitcoin);
    let hint = world.tokens(&client, &person, &[]).id_token.unwrap();
    world.clock.advance(7_200);
    let asked = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", AFTER),
        ("state", "a b&c"),
    ];
    let redirect = Some(format!("{AFTER}&state=a+b%26c"));
    assert_eq!(
        end(&world, &asked, Some(&person)),
        EndSession::Done {
            redirect: redirect.clone()
        }
    );
    // Already logged out: there is nothing to ask.
    assert_eq!(
        end(&world, &asked, None),
        EndSession::Done {
            redirect: redirect.clone()
        }
    );
    // In another session of theirs the form asks first.
    let again = world.again(&person.user, SignInMethod::Bitcoin);
    let question = resume(end(&world, &asked, Some(&again)));
    assert_eq!(world.provider.confirm_logout(&question).unwrap(), redirect);
    world.clock.advance(3_600);
    let stale = world.provider.confirm_logout(&question);
    assert!(matches!(stale, Err(LogoutError::Stale)));
}

#[test]
fn a_bad_hint_or_uri_never_redirects() {
    let world = World::new();
    let client = client(&world);
    let other = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let tokens = world.tokens(&client, &person, &[]);
    let hint = tokens.id_token.unwrap();
    let modified = format!("{}x", &hint[..hint.len() - 2]);
    let uri = ("post_logout_redirect_uri", AFTER);
    for bad in [
        vec![uri],
        vec![uri, ("client_id", client.id.as_str())],
        vec![uri, ("id_token_hint", "nonsense")],
        vec![uri, ("id_token_hint", &modified)],
        vec![uri, ("id_token_hint", tokens.access_token.expose())],
        vec![
            uri,
            ("id_token_hint", &hint),
            ("client_id", other.id.as_str()),
        ],
    ] {
        let question = resume(end(&world, &bad, Some(&person)));
        assert_eq!(world.provider.confirm_logout(&question).unwrap(), None);
        assert_eq!(end(&world, &bad, None), EndSession::Done { redirect: None });
    }
    let unregistered = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", REDIRECT),
    ];
    let done = EndSession::Done { redirect: None };
    assert_eq!(end(&world, &unregistered, Some(&person)), done);
    let twice = params("state=1&state=2");
    let refused = world.provider.end_session(&twice, Some(&person));
    assert!(matches!(refused, Err(LogoutError::Repeated)));
    assert!(world.provider.confirm_logout("nonsense").is_err());
}

#[test]
fn who_took_part_is_told_until_it_answers() {
    let world = World::new();
    let client = client(&world);
    let silent = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let tokens = world.tokens(&client, &person, &[]);
    world.tokens(&silent, &person, &[]);
    let ended = || {
        world
            .provider
            .session_ended(&person.user, &person.session)
            .unwrap()
    };
    assert_eq!((ended(), ended()), (1, 0));
    let due = || world.provider.due_logouts(10).unwrap();
    let call = due().remove(0);
    assert_eq!(call.uri, "https://rp.example/backchannel");
    let claims = world
        .provider
        .keys
        .verify("logout+jwt", &call.token)
        .unwrap();
    let id = world.id_claims(&tokens);
    for same in ["iss", "sub", "aud", "sid"] {
        assert_eq!(claims[same], id[same], "{same}");
    }
    let event = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    assert_eq!((&claims["events"], claims.get("nonce")), (&event, None));
    assert!(claims["jti"].is_string() && claims["iat"] == json!(world.clock.now()));

    assert!(due().is_empty());
    world.provider.logout_failed(&call.delivery).unwrap();
    world.clock.advance(29);
    assert!(due().is_empty());
    world.clock.advance(1);
    let call = due().remove(0);
    assert_eq!(call.delivery.attempts, 1);
    world.provider.logout_told(&call.delivery).unwrap();
    world.clock.advance(100_000);
    assert!(due().is_empty());
}

#[test]
fn what_cannot_be_told_is_given_up() {
    let world = World::new();
    let client = client(&world);
    let person = world.person(SignInMethod::Bitcoin);
    world.tokens(&client, &person, &[]);
    world
        .provider
        .session_ended(&person.user, &person.session)
        .unwrap();
    let mut tries = 0;
    while let Some(call) = world.provider.due_logouts(10).unwrap().pop() {
        tries += 1;
        world.provider.logout_failed(&call.delivery).unwrap();
        world.clock.advance(10_000);
    }
    assert_eq!(tries, 8);
}
