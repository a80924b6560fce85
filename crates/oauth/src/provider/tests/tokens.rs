//! Codes and the tokens they become; client credentials; introspection, revocation, userinfo.

use super::*;
use crate::provider::{BearerError, Introspection};
use crate::scope::Scope;

/// Whether `token` is known as live to `client`.
fn is_active(world: &World, client: &Client, token: &Secret) -> bool {
    let told = world.provider.introspect(client, token.expose()).unwrap();
    matches!(told, Introspection::Active(_))
}

#[test]
fn an_id_token_has_exactly_the_claims_it_should() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    world.clock.advance(7);
    let tokens = world.tokens(
        &client,
        &person,
        &[("scope", "openid profile offline_access")],
    );
    let claims = world.id_claims(&tokens);
    let now = world.clock.now().as_unix();
    let at_hash = crate::jose::half_hash(SigningAlg::Es256, tokens.access_token.expose());
    let sid = claims["sid"].clone();
    assert_eq!(sid.as_str().map(str::len), Some(43));
    let expected = json!({
        "iss": ISSUER, "sub": person.user, "aud": client.id, "iat": now, "exp": now + 3_600,
        "auth_time": now - 7, "nonce": "n-0", "at_hash": at_hash, "sid": sid,
        "acr": "urn:hodlxxi:acr:bitcoin", "amr": ["pop"],
    });
    assert_eq!(claims, expected);
    let answer = serde_json::to_value(&tokens).unwrap();
    let mut members: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    members.sort_unstable();
    let all = [
        "access_token",
        "expires_in",
        "id_token",
        "refresh_token",
        "scope",
        "token_type",
    ];
    assert_eq!(members, all);
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("Bearer"), &json!(3_600))
    );
}

#[test]
fn an_access_token_follows_rfc_9068() {
    let world = World::new();
    let client = world.client(json!({
        "access_token_lifetime": 300,
        "access_token_signed_response_alg": "ES256",
    }));
    let person = world.person(SignInMethod::Nostr);
    let tokens = world.tokens(&client, &person, &[]);
    let token = tokens.access_token.expose();
    let claims = world.provider.keys.verify("at+jwt", token).unwrap();
    let now = world.clock.now().as_unix();
    let jti = claims["jti"].clone();
    let expected = json!({
        "iss": ISSUER, "sub": person.user, "aud": ISSUER, "client_id": client.id, "scope": "openid",
        "iat": now, "exp": now + 300, "jti": jti, "auth_time": now,
        "acr": "urn:hodlxxi:acr:nostr", "amr": ["pop"],
    });
    assert_eq!(claims, expected);
    assert!(world.provider.keys.verify("JWT", token).is_err());
    assert_eq!(tokens.expires_in, 300);
    assert!(tokens.refresh_token.is_none());
}

#[test]
fn a_code_is_redeemed_once_and_a_second_use_revokes() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    for wait in [0, 30, 70] {
        let code = world.code(&request(&client, &[]), &person);
        let tokens = world.exchange(&client, &code).unwrap();
        assert!(is_active(&world, &client, &tokens.access_token));
        world.clock.advance(wait);
        assert_eq!(
            refusal(world.exchange(&client, &code)),
            TokenErrorCode::InvalidGrant
        );
        assert!(
            !is_active(&world, &client, &tokens.access_token),
            "after {wait} s"
        );
    }
    let late = world.code(&request(&client, &[]), &person);
    world.clock.advance(60);
    assert_eq!(
        refusal(world.exchange(&client, &late)),
        TokenErrorCode::InvalidGrant
    );
}

#[test]
fn what_does_not_fit_a_code_is_refused_and_changes_nothing() {
    let world = World::new();
    let (client, other) = (world.client(json!({})), world.client(json!({})));
    let person = world.person(SignInMethod::Bitcoin);
    let code = world.code(&request(&client, &[]), &person);
    let mismatch = "a".repeat(43);
    let wrong = [
        ("redirect_uri", "https://rp.example/other"),
        ("redirect_uri", ""),
        ("code_verifier", ""),
        ("code_verifier", "short"),
        ("code_verifier", mismatch.as_str()),
        ("code", "unknown"),
    ];
    for (name, value) in wrong {
        let right = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let pairs = right.map(|(given, kept)| (given, if given == name { value } else { kept }));
        assert_eq!(
            refusal(world.token(&client, &pairs)),
            TokenErrorCode::InvalidGrant,
            "{name}"
        );
    }
    assert_eq!(
        refusal(world.exchange(&other, &code)),
        TokenErrorCode::InvalidGrant
    );
    let tokens = world.exchange(&client, &code).unwrap();
    // A second use that does not fit revokes nothing either.
    assert_eq!(
        refusal(world.exchange(&other, &code)),
        TokenErrorCode::InvalidGrant
    );
    assert!(is_active(&world, &client, &tokens.access_token));
}

#[test]
fn of_many_redemptions_at_once_one_gets_tokens() {
    let world = World::new();
    let client = world.client(json!({}));
    let code = world.code(&request(&client, &[]), &world.person(SignInMethod::Bitcoin));
    let won = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| world.exchange(&client, &code).is_ok()))
            .collect();
        tries
            .into_iter()
            .map(|t| t.join().unwrap())
            .filter(|won| *won)
            .count()
    });
    assert_eq!(won, 1);
}

#[test]
fn the_token_endpoint_names_what_is_wrong() {
    use TokenErrorCode::{InvalidRequest, InvalidScope, UnauthorizedClient, UnsupportedGrantType};
    let world = World::new();
    let client = world.client(json!({}));
    let cases: [(&[(&str, &str)], TokenErrorCode); 5] = [
        (&[], InvalidRequest),
        (&[("grant_type", "password")], UnsupportedGrantType),
        (&[("grant_type", "authorization_code")], InvalidRequest),
        (&[("grant_type", "client_credentials")], UnauthorizedClient),
        (
            &[
                ("grant_type", "refresh_token"),
                ("grant_type", "refresh_token"),
            ],
            InvalidRequest,
        ),
    ];
    for (pairs, code) in cases {
        assert_eq!(refusal(world.token(&client, pairs)), code, "{pairs:?}");
    }

    let machine = world.client(json!({"grant_types": ["client_credentials"]}));
    let ask = |scope| {
        world.token(
            &machine,
            &[("grant_type", "client_credentials"), ("scope", scope)],
        )
    };
    for scope in [
        "openid",
        "read",
        "read_limited openid",
        "chat:read",
        "bogus",
    ] {
        assert_eq!(refusal(ask(scope)), InvalidScope, "{scope}");
    }
    for scope in ["", "read_limited", "read_limited bogus"] {
        let tokens = ask(scope).unwrap();
        assert_eq!(tokens.scope.to_string(), "read_limited");
        assert!(tokens.refresh_token.is_none() && tokens.id_token.is_none());
        let claims = world
            .provider
            .keys
            .verify("at+jwt", tokens.access_token.expose())
            .unwrap();
        assert_eq!(
            (&claims["sub"], claims.get("auth_time")),
            (&json!(machine.id), None)
        );
        assert!(
            world
                .provider
                .bearer(tokens.access_token.expose(), Scope::ReadLimited)
                .is_ok()
        );
        assert!(is_active(&world, &machine, &tokens.access_token));
    }
}

#[test]
fn introspection_tells_the_client_and_nobody_else() {
    let world = World::new();
    let (client, other) = (world.client(json!({})), world.client(json!({})));
    let person = world.person(SignInMethod::Bitcoin);
    let tokens = world.tokens(&client, &person, &[("scope", "openid offline_access")]);
    let refresh = tokens.refresh_token.unwrap();
    let told = |client: &Client, token: &str| {
        serde_json::to_value(world.provider.introspect(client, token).unwrap()).unwrap()
    };
    let now = world.clock.now().as_unix();
    let expected = json!({
        "active": true, "scope": "openid offline_access", "client_id": client.id,
        "token_type": "Bearer", "exp": now + 3_600, "iat": now, "sub": person.user,
        "aud": [ISSUER], "iss": ISSUER,
    });
    assert_eq!(told(&client, tokens.access_token.expose()), expected);
    assert_eq!(told(&client, refresh.expose())["active"], true);
    for token in [
        tokens.access_token.expose(),
        refresh.expose(),
        "unknown",
        "",
    ] {
        assert_eq!(told(&other, token), json!({"active": false}));
    }
    assert_eq!(
        told(&client, tokens.id_token.as_deref().unwrap()),
        json!({"active": false})
    );
    world.clock.advance(3_600);
    assert_eq!(
        told(&client, tokens.access_token.expose()),
        json!({"active": false})
    );
}

#[test]
fn revocation_is_the_clients_own_and_known_at_once() {
    let world = World::new();
    let (client, other) = (world.client(json!({})), world.client(json!({})));
    let person = world.person(SignInMethod::Bitcoin);
    let tokens = || world.tokens(&client, &person, &[("scope", "openid offline_access")]);
    let first = tokens();
    let refresh = first.refresh_token.unwrap();
    for token in [first.access_token.expose(), refresh.expose(), "unknown"] {
        world.provider.revoke(&other, token, &origin()).unwrap();
    }
    assert!(is_active(&world, &client, &first.access_token));
    world
        .provider
        .revoke(&client, first.access_token.expose(), &origin())
        .unwrap();
    let bearer = world
        .provider
        .bearer(first.access_token.expose(), Scope::OpenId);
    assert!(matches!(bearer, Err(BearerError::InvalidToken)));
    assert!(is_active(&world, &client, &refresh));
    let second = tokens();
    let refresh = second.refresh_token.unwrap();
    world
        .provider
        .revoke(&client, refresh.expose(), &origin())
        .unwrap();
    assert!(
        !is_active(&world, &client, &refresh) && !is_active(&world, &client, &second.access_token)
    );
}

#[test]
fn userinfo_tells_what_the_scopes_and_claims_asked_for() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let info = |extra: &[_]| {
        let tokens = world.tokens(&client, &person, extra);
        Value::from(
            world
                .provider
                .userinfo(tokens.access_token.expose())
                .unwrap(),
        )
    };
    assert_eq!(info(&[]), json!({"sub": person.user}));
    let hex = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let npub = "npub10xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpkge6d";
    let profile = json!({
        "sub": person.user, "name": "Hal", "preferred_username": "npub10xlxvl",
        "updated_at": 1_700_000_000, "access_level": "limited", "pubkey": hex, "npub": npub,
        "picture": world.provider.picture(person.user.as_str()),
    });
    assert_eq!(info(&[("scope", "openid profile")]), profile);
    assert_eq!(
        info(&[("scope", "openid pubkey")]),
        json!({"sub": person.user, "pubkey": hex, "npub": npub})
    );
    let claims = r#"{"userinfo":{"name":{"essential":true}},"id_token":{"access_level":null}}"#;
    assert_eq!(
        info(&[("claims", claims)]),
        json!({"sub": person.user, "name": "Hal"})
    );
    let tokens = world.tokens(&client, &person, &[("claims", claims)]);
    let id = world.id_claims(&tokens);
    assert_eq!(
        (&id["access_level"], id.get("name")),
        (&json!("limited"), None)
    );

    let plain = world.tokens(&client, &person, &[("scope", "read")]);
    let refused = world.provider.userinfo(plain.access_token.expose());
    assert!(matches!(
        refused,
        Err(BearerError::InsufficientScope(Scope::OpenId))
    ));
    let confused = world.provider.userinfo(tokens.id_token.as_deref().unwrap());
    assert!(matches!(confused, Err(BearerError::InvalidToken)));
    world.store.set_profile(&person.user, None);
    let gone = world.provider.userinfo(tokens.access_token.expose());
    assert!(matches!(gone, Err(BearerError::InvalidToken)));
}
