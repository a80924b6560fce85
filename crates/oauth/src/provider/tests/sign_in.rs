//! Who has to sign in, and when.

use super::*;

/// Whether a request made by `person` has to wait for a sign-in.
fn waits(world: &World, text: &str, person: Option<&Person>) -> Option<String> {
    match world.authorize(text, person) {
        AuthorizeOutcome::Login(login) => Some(login.resume),
        _ => None,
    }
}

#[test]
fn without_a_session_somebody_signs_in_and_goes_on() {
    let world = World::new();
    let client = world.client(json!({}));
    let text = request(
        &client,
        &[
            ("login_hint", "hal"),
            ("acr_values", "urn:hodlxxi:acr:nostr"),
        ],
    );
    let AuthorizeOutcome::Login(login) = world.authorize(&text, None) else {
        panic!("somebody has to sign in")
    };
    assert_eq!(login.login_hint.as_deref(), Some("hal"));
    assert_eq!(login.acr_values, ["urn:hodlxxi:acr:nostr"]);
    assert_eq!(login.client.host, "rp.example");
    let shown = world.provider.pending(&login.resume).unwrap();
    assert_eq!(shown.client, login.client);
    let person = world.person(SignInMethod::Bitcoin);
    let outcome = world.provider.resume(&login.resume, Some(&person)).unwrap();
    assert!(matches!(outcome, AuthorizeOutcome::Consent(_)));
    let silent = request(&client, &[("prompt", "none")]);
    assert_eq!(error(world.authorize(&silent, None)), "login_required");
}

#[test]
fn prompt_login_is_met_by_one_fresh_sign_in_and_by_nothing_else() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    world.tokens(&client, &person, &[]);
    for words in ["login", "select_account", "login consent"] {
        let text = request(&client, &[("prompt", words)]);
        let resume = waits(&world, &text, Some(&person)).unwrap();
        // The old session does not do, however often it comes back.
        let same = world.provider.resume(&resume, Some(&person)).unwrap();
        assert!(matches!(same, AuthorizeOutcome::Login(_)));
        // A session older than the request does not do either.
        let mut older = world.again(&person.user, SignInMethod::Bitcoin);
        older.auth_time = world.clock.now().minus(1);
        let outcome = world.provider.resume(&resume, Some(&older)).unwrap();
        assert!(matches!(outcome, AuthorizeOutcome::Login(_)));

        world.clock.advance(30);
        let fresh = world.again(&person.user, SignInMethod::Bitcoin);
        let outcome = world.provider.resume(&resume, Some(&fresh)).unwrap();
        assert!(!matches!(outcome, AuthorizeOutcome::Login(_)));
    }
}

#[test]
fn max_age_asks_again_once_the_sign_in_is_too_old() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let within = |age: &str| request(&client, &[("max_age", age)]);
    assert!(waits(&world, &within("0"), Some(&person)).is_some());
    world.clock.advance(2);
    assert!(waits(&world, &within("10000"), Some(&person)).is_none());
    let resume = waits(&world, &within("1"), Some(&person)).unwrap();
    let silent = request(&client, &[("max_age", "1"), ("prompt", "none")]);
    assert_eq!(
        error(world.authorize(&silent, Some(&person))),
        "login_required"
    );

    let fresh = world.again(&person.user, SignInMethod::Bitcoin);
    // However long the consent takes, the fresh sign-in stays good for this request.
    world.clock.advance(60);
    let outcome = world.provider.resume(&resume, Some(&fresh)).unwrap();
    let AuthorizeOutcome::Consent(prompt) = outcome else {
        panic!("{outcome:?}")
    };
    let decided = world
        .provider
        .decide(&prompt.resume, Decision::Allow, Some(&fresh), &origin())
        .unwrap();
    let code = redirect(decided).param("code").unwrap().to_owned();
    let claims = world.id_claims(&world.exchange(&client, &code).unwrap());
    assert_eq!(claims["auth_time"], json!(fresh.auth_time));

    let strict = world.client(json!({"default_max_age": 30}));
    assert!(waits(&world, &request(&strict, &[]), Some(&fresh)).is_some());
    let lax = request(&strict, &[("max_age", "1000")]);
    assert!(waits(&world, &lax, Some(&fresh)).is_none());
}

#[test]
fn a_hint_of_somebody_else_asks_for_them() {
    let world = World::new();
    let client = world.client(json!({}));
    let (hal, eve) = (
        world.person(SignInMethod::Bitcoin),
        world.person(SignInMethod::Bitcoin),
    );
    let hint = world.tokens(&client, &hal, &[]).id_token.unwrap();
    world.tokens(&client, &eve, &[]);
    // An expired ID token is as good a hint.
    world.clock.advance(7_200);
    let silent = request(&client, &[("id_token_hint", &hint), ("prompt", "none")]);
    assert!(
        redirect(world.authorize(&silent, Some(&hal)))
            .param("code")
            .is_some()
    );
    assert_eq!(
        error(world.authorize(&silent, Some(&eve))),
        "login_required"
    );

    let loud = request(&client, &[("id_token_hint", &hint)]);
    let resume = waits(&world, &loud, Some(&eve)).unwrap();
    let fresh_eve = world.again(&eve.user, SignInMethod::Bitcoin);
    let outcome = world.provider.resume(&resume, Some(&fresh_eve)).unwrap();
    assert_eq!(error(outcome), "login_required");
    let fresh_hal = world.again(&hal.user, SignInMethod::Bitcoin);
    let outcome = world.provider.resume(&resume, Some(&fresh_hal)).unwrap();
    assert!(redirect(outcome).param("code").is_some());

    let others = world
        .tokens(&world.client(json!({})), &hal, &[])
        .id_token
        .unwrap();
    for foreign in ["nonsense", &others] {
        let silent = request(&client, &[("id_token_hint", foreign), ("prompt", "none")]);
        assert_eq!(
            error(world.authorize(&silent, Some(&hal))),
            "login_required"
        );
        let loud = request(&client, &[("id_token_hint", foreign)]);
        assert!(
            redirect(world.authorize(&loud, Some(&hal)))
                .param("code")
                .is_some()
        );
    }

    let named = |user: &str| {
        let claims = json!({"id_token": {"sub": {"value": user}}}).to_string();
        request(&client, &[("claims", &claims), ("prompt", "none")])
    };
    assert!(
        redirect(world.authorize(&named(hal.user.as_str()), Some(&hal)))
            .param("code")
            .is_some()
    );
    assert_eq!(
        error(world.authorize(&named("other"), Some(&hal))),
        "login_required"
    );
}

#[test]
fn an_essential_acr_is_met_by_a_sign_in_or_refused() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Nostr);
    world.tokens(&client, &person, &[]);
    let wanting = |acr: &str, prompt| {
        let claims = json!({"id_token": {"acr": {"essential": true, "values": [acr]}}}).to_string();
        request(&client, &[("claims", &claims), ("prompt", prompt)])
    };
    let bitcoin = SignInMethod::Bitcoin.acr();
    let silent = world.authorize(&wanting(bitcoin, "none"), Some(&person));
    assert_eq!(error(silent), "login_required");
    let resume = waits(&world, &wanting(bitcoin, ""), Some(&person)).unwrap();
    let nostr = world.again(&person.user, SignInMethod::Nostr);
    let outcome = world.provider.resume(&resume, Some(&nostr)).unwrap();
    assert_eq!(error(outcome), "unmet_authentication_requirements");
    let signed = world.again(&person.user, SignInMethod::Bitcoin);
    let outcome = world.provider.resume(&resume, Some(&signed)).unwrap();
    assert!(redirect(outcome).param("code").is_some());

    for nobody in [None, Some(&person)] {
        let outcome = world.authorize(&wanting("urn:example:gold", ""), nobody);
        assert_eq!(error(outcome), "unmet_authentication_requirements");
    }
    let voluntary = json!({"id_token": {"acr": {"values": ["urn:example:gold"]}}}).to_string();
    let text = request(&client, &[("claims", &voluntary)]);
    assert!(waits(&world, &text, Some(&person)).is_none());
}

#[test]
fn a_wished_acr_is_asked_for_once_and_done_without() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Nostr);
    world.tokens(&client, &person, &[]);
    let wishing = |acr: &str, prompt| request(&client, &[("acr_values", acr), ("prompt", prompt)]);
    let (bitcoin, nostr) = (SignInMethod::Bitcoin.acr(), SignInMethod::Nostr.acr());
    let has_code = |outcome| redirect(outcome).param("code").is_some();
    // Silently, or where it is met, nobody is asked; nor for what no sign-in here has.
    assert!(has_code(
        world.authorize(&wishing(bitcoin, "none"), Some(&person))
    ));
    for wish in [nostr, &format!("{bitcoin} {nostr}"), "urn:example:gold 1"] {
        assert!(
            waits(&world, &wishing(wish, ""), Some(&person)).is_none(),
            "{wish}"
        );
    }
    for method in [SignInMethod::Bitcoin, SignInMethod::Nostr] {
        let resume = waits(&world, &wishing(bitcoin, ""), Some(&person)).unwrap();
        assert_eq!(
            world.provider.pending(&resume).unwrap().acr_values,
            [bitcoin]
        );
        // The session of before is no answer; a new one is, whatever it is.
        let again = world.provider.resume(&resume, Some(&person)).unwrap();
        assert!(matches!(again, AuthorizeOutcome::Login(_)));
        let signed = world.again(&person.user, method);
        assert!(has_code(
            world.provider.resume(&resume, Some(&signed)).unwrap()
        ));
    }
    let registered = world.client(json!({"default_acr_values": [bitcoin]}));
    let by_default = request(&registered, &[]);
    assert!(waits(&world, &by_default, Some(&person)).is_some());
}

#[test]
fn a_guest_satisfies_only_who_allows_guests_and_gets_no_refresh_token() {
    let world = World::new();
    let guest = world.person(SignInMethod::Guest);
    let strict = world.client(json!({}));
    assert!(waits(&world, &request(&strict, &[]), Some(&guest)).is_some());
    let silent = request(&strict, &[("prompt", "none")]);
    assert_eq!(
        error(world.authorize(&silent, Some(&guest))),
        "login_required"
    );

    let open = world.client(json!({"allow_guests": true}));
    let tokens = world.tokens(&open, &guest, &[("scope", "openid offline_access")]);
    assert!(tokens.refresh_token.is_none());
    assert_eq!(tokens.scope.to_string(), "openid");
    let claims = world.id_claims(&tokens);
    assert_eq!(claims["acr"], "urn:hodlxxi:acr:guest");
    assert_eq!(claims.get("amr"), None);
}
