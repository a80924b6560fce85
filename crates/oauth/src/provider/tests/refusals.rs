//! Requests that are refused: on a page where nobody knows the client, else at its redirect URI.

use super::*;
use crate::authorize::AuthorizeError;

#[test]
fn an_unknown_client_or_redirect_uri_never_redirects() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let page = |text: &str| {
        let outcome = world.provider.authorize(&params(text), Some(&person));
        outcome.expect_err("it is shown on a page")
    };
    let with = |extra: &[_]| page(&request(&client, extra));
    assert!(matches!(
        with(&[("client_id", "")]),
        AuthorizeError::NoClient
    ));
    assert!(matches!(
        with(&[("client_id", "nobody")]),
        AuthorizeError::UnknownClient
    ));
    assert!(matches!(
        with(&[("client_id", "a/b")]),
        AuthorizeError::UnknownClient
    ));
    assert!(matches!(
        with(&[("redirect_uri", "")]),
        AuthorizeError::NoRedirectUri
    ));
    for uri in [
        "https://rp.example/cb/",
        "https://rp.example/cb?x",
        "https://RP.example/cb",
        "https://evil.example/cb",
        "https://rp.example/cb#f",
        "javascript:alert(1)",
    ] {
        let refused = with(&[("redirect_uri", uri)]);
        assert!(
            matches!(refused, AuthorizeError::UnregisteredRedirectUri),
            "{uri}"
        );
    }
    let twice = format!("{}&redirect_uri=x", request(&client, &[]));
    assert!(matches!(page(&twice), AuthorizeError::NoRedirectUri));
    let twice = format!("{}&client_id=x", request(&client, &[]));
    assert!(matches!(page(&twice), AuthorizeError::NoClient));

    let now = Some(world.clock.now());
    world
        .provider
        .stores
        .clients
        .set_client_disabled(&client.id, now, &act(Action::ClientDisabled))
        .unwrap();
    assert!(matches!(with(&[]), AuthorizeError::UnknownClient));
}

#[test]
fn the_redirect_uri_may_be_left_out_by_plain_oauth_with_one_registered() {
    let world = World::new();
    let person = world.person(SignInMethod::Bitcoin);
    let bare = [("redirect_uri", ""), ("scope", "read")];
    let one = world.client(json!({}));
    let code = world.code(&request(&one, &bare), &person);
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    let tokens = world.token(&one, &exchange).unwrap();
    assert!(tokens.id_token.is_none());

    let two = world.client(json!({"redirect_uris": [REDIRECT, "https://rp.example/2"]}));
    let outcome = world
        .provider
        .authorize(&params(&request(&two, &bare)), Some(&person));
    assert!(matches!(outcome, Err(AuthorizeError::NoRedirectUri)));
}

#[test]
fn every_other_fault_goes_back_with_state_and_issuer() {
    let world = World::new();
    let client = world.client(json!({"scope": "openid profile"}));
    let person = world.person(SignInMethod::Bitcoin);
    let long = "x".repeat(2_049);
    let cases = [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (
            ("response_type", "code id_token"),
            "unsupported_response_type",
        ),
        (("response_mode", "web_message"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("scope", ""), "invalid_scope"),
        (("scope", "email phone"), "invalid_scope"),
        (("scope", "openid read"), "invalid_scope"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "create"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("claims", "{"), "invalid_request"),
        (("nonce", long.as_str()), "invalid_request"),
        (("request", "e30.e30."), "request_not_supported"),
        (
            ("request_uri", "https://rp.example/r"),
            "request_uri_not_supported",
        ),
        (("registration", "{}"), "registration_not_supported"),
    ];
    for (pair, code) in cases {
        let response = redirect(world.authorize(&request(&client, &[pair]), Some(&person)));
        assert_eq!(response.param("error"), Some(code), "{pair:?}");
        assert_eq!(response.param("state"), Some("s&t a/te"), "{pair:?}");
        assert_eq!(response.param("iss"), Some(ISSUER), "{pair:?}");
        let description = response.param("error_description").unwrap();
        // The characters that RFC 6749, section 4.1.2.1 allows.
        let legal = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(description.bytes().all(legal), "{description}");
        assert_eq!(response.params.len(), 4);
    }
    let twice = format!("{}&scope=openid", request(&client, &[]));
    assert_eq!(
        error(world.authorize(&twice, Some(&person))),
        "invalid_request"
    );
}

#[test]
fn a_machine_gets_no_code() {
    let world = World::new();
    let machine = json!({"grant_types": ["client_credentials"]});
    let client = world.client(machine);
    let outcome = world.authorize(&request(&client, &[]), None);
    assert_eq!(error(outcome), "unauthorized_client");
}

#[test]
fn pkce_is_required_where_it_is_said_to_be() {
    let bare = [("code_challenge", ""), ("code_challenge_method", "")];
    let open = World::new();
    let person = open.person(SignInMethod::Bitcoin);
    let client = open.client(json!({}));
    let code = open.code(&request(&client, &bare), &person);
    // A verifier without challenge is refused, and the code is still good.
    assert_eq!(
        refusal(open.exchange(&client, &code)),
        TokenErrorCode::InvalidGrant
    );
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
    ];
    assert!(open.token(&client, &exchange).is_ok());

    for members in [
        json!({"require_pkce": true}),
        json!({"token_endpoint_auth_method": "none"}),
    ] {
        let client = open.client(members);
        let outcome = open.authorize(&request(&client, &bare), Some(&person));
        assert_eq!(error(outcome), "invalid_request");
    }
    let strict = World::with(|config| config.require_pkce = true);
    let client = strict.client(json!({}));
    assert_eq!(
        error(strict.authorize(&request(&client, &bare), None)),
        "invalid_request"
    );
}

#[test]
fn a_sealed_request_is_good_for_an_hour_and_cannot_be_changed() {
    let world = World::new();
    let client = world.client(json!({}));
    let AuthorizeOutcome::Login(login) = world.authorize(&request(&client, &[]), None) else {
        panic!("somebody has to sign in")
    };
    world.clock.advance(3_599);
    assert!(world.provider.pending(&login.resume).is_ok());
    let mut changed = login.resume.clone().into_bytes();
    changed[40] ^= 1;
    let changed = String::from_utf8(changed).unwrap();
    for bad in [changed.as_str(), "", "x"] {
        assert!(matches!(
            world.provider.resume(bad, None),
            Err(AuthorizeError::Stale)
        ));
    }
    world.clock.advance(1);
    assert!(matches!(
        world.provider.pending(&login.resume),
        Err(AuthorizeError::Stale)
    ));
}
