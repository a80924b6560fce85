//! Refresh tokens.

use super::*;

/// A client, a person, and the first tokens of a grant with `offline_access`.
fn granted(world: &World) -> (Client, Person, TokenResponse) {
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let scope = [("scope", "openid profile offline_access")];
    let tokens = world.tokens(&client, &person, &scope);
    (client, person, tokens)
}

fn refresh(world: &World, client: &Client, token: &str) -> Result<TokenResponse, TokenError> {
    world.token(
        client,
        &[("grant_type", "refresh_token"), ("refresh_token", token)],
    )
}

fn refresh_token(response: &TokenResponse) -> &str {
    response.refresh_token.as_ref().unwrap().expose()
}

#[test]
fn it_rotates_and_the_new_id_token_keeps_the_person_and_the_time() {
    let world = World::new();
    let (client, person, first) = granted(&world);
    world.clock.advance(100);
    let second = refresh(&world, &client, refresh_token(&first)).unwrap();
    assert_ne!(refresh_token(&first), refresh_token(&second));
    let (before, after) = (world.id_claims(&first), world.id_claims(&second));
    for same in ["iss", "sub", "aud", "auth_time", "acr", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(after["auth_time"], json!(person.auth_time));
    assert_eq!(
        (after.get("nonce"), &after["iat"]),
        (None, &json!(world.clock.now()))
    );
}

#[test]
fn a_repeat_within_ten_seconds_gets_the_same_answer() {
    let world = World::new();
    let (client, _, first) = granted(&world);
    let answer = refresh(&world, &client, refresh_token(&first)).unwrap();
    world.clock.advance(10);
    let again = refresh(&world, &client, refresh_token(&first)).unwrap();
    let json = |response| serde_json::to_value(response).unwrap();
    assert_eq!(json(&answer), json(&again));
    // The successor works, and from then on the predecessor is a sign of theft.
    assert!(refresh(&world, &client, refresh_token(&again)).is_ok());
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );
    let dead = refresh(&world, &client, refresh_token(&again));
    assert_eq!(refusal(dead), TokenErrorCode::InvalidGrant);
}

#[test]
fn a_later_repeat_revokes_the_family() {
    let world = World::new();
    let (client, _, first) = granted(&world);
    let second = refresh(&world, &client, refresh_token(&first)).unwrap();
    world.clock.advance(11);
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );
    assert!(
        world
            .provider
            .userinfo(second.access_token.expose())
            .is_err()
    );
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&second))),
        TokenErrorCode::InvalidGrant
    );
}

#[test]
fn another_clients_token_is_refused_and_nothing_changes() {
    let world = World::new();
    let (client, _, first) = granted(&world);
    let other = world.client(json!({}));
    assert_eq!(
        refusal(refresh(&world, &other, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );
    let second = refresh(&world, &client, refresh_token(&first)).unwrap();
    // Not even by a token that was rotated long ago.
    world.clock.advance(11);
    assert_eq!(
        refusal(refresh(&world, &other, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );
    assert!(refresh(&world, &client, refresh_token(&second)).is_ok());
}

#[test]
fn scopes_may_be_narrowed_and_never_widened() {
    let world = World::new();
    let (client, _, first) = granted(&world);
    let ask = |token: &str, scope| {
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        world.token(&client, &pairs)
    };
    for wide in ["openid read", "bogus"] {
        let refused = ask(refresh_token(&first), wide);
        assert_eq!(refusal(refused), TokenErrorCode::InvalidScope);
    }
    let narrow = ask(refresh_token(&first), "profile").unwrap();
    assert_eq!(narrow.scope.to_string(), "profile");
    assert!(narrow.id_token.is_none());
    // The grant keeps what was allowed.
    let whole = refresh(&world, &client, refresh_token(&narrow)).unwrap();
    assert_eq!(whole.scope.to_string(), "openid profile offline_access");
}

#[test]
fn it_ends_unused_after_30_days_and_used_after_90() {
    const DAY: i64 = 24 * 3_600;
    let world = World::new();
    let (client, _, first) = granted(&world);
    world.clock.advance(30 * DAY);
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );

    let (client, _, mut tokens) = granted(&world);
    for _ in 0..3 {
        world.clock.advance(30 * DAY - 1);
        tokens = refresh(&world, &client, refresh_token(&tokens)).unwrap();
    }
    world.clock.advance(3);
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&tokens))),
        TokenErrorCode::InvalidGrant
    );
}

#[test]
fn of_many_at_once_all_get_one_answer() {
    let world = World::new();
    let (client, _, first) = granted(&world);
    let answers = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| refresh(&world, &client, refresh_token(&first)).unwrap()))
            .collect();
        tries
            .into_iter()
            .map(|t| refresh_token(&t.join().unwrap()).to_owned())
            .collect::<Vec<_>>()
    });
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_person_who_withdraws_or_is_disabled_ends_it() {
    let world = World::new();
    let (client, person, first) = granted(&world);
    assert!(
        world
            .provider
            .disconnect(&person, &client.id, &origin())
            .unwrap()
    );
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );
    let (client, person, first) = granted(&world);
    world.store.set_profile(&person.user, None);
    assert_eq!(
        refusal(refresh(&world, &client, refresh_token(&first))),
        TokenErrorCode::InvalidGrant
    );
}

#[test]
fn an_old_one_is_a_sign_of_theft_whatever_else_the_request_asks() {
    let world = World::new();
    let (client, _, first) = granted(&world);
    let second = refresh(&world, &client, refresh_token(&first)).unwrap();
    world.clock.advance(11);
    let replay = world.token(
        &client,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token(&first)),
            ("scope", "read"),
        ],
    );
    assert_eq!(refusal(replay), TokenErrorCode::InvalidGrant);
    let dead = refresh(&world, &client, refresh_token(&second));
    assert_eq!(refusal(dead), TokenErrorCode::InvalidGrant);
}
