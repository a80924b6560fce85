//! Public and pairwise subjects.

use super::*;

#[test]
fn a_pseudonym_is_one_for_each_sector_and_holds_everywhere() {
    let world = World::new();
    let pairwise =
        |uri: &str| world.client(json!({"subject_type": "pairwise", "redirect_uris": [uri]}));
    let (one, same) = (pairwise(REDIRECT), pairwise("https://rp.example/other"));
    let other = pairwise("https://other.example/cb");
    let person = world.person(SignInMethod::Bitcoin);
    let subject = |client: &Client| world.provider.subject(&client.metadata, &person.user);
    assert_eq!(subject(&one), subject(&same));
    assert_ne!(subject(&one), subject(&other));
    assert_ne!(subject(&one), person.user.as_str());

    let tokens = world.tokens(&one, &person, &[("scope", "openid profile")]);
    let token = tokens.access_token.expose();
    let access = world.provider.keys.verify("at+jwt", token).unwrap();
    let told = serde_json::to_value(world.provider.introspect(&one, token).unwrap()).unwrap();
    let info = Value::from(world.provider.userinfo(token).unwrap());
    for said in [&world.id_claims(&tokens), &access, &told, &info] {
        assert_eq!(said["sub"], json!(subject(&one)));
        assert!(!said.to_string().contains(person.user.as_str()));
    }
    assert_eq!((info.get("pubkey"), info.get("npub")), (None, None));
    let claims = r#"{"userinfo":{"npub":{"essential":true}},"id_token":{"pubkey":null}}"#;
    let tokens = world.tokens(&one, &person, &[("claims", claims)]);
    let info = world
        .provider
        .userinfo(tokens.access_token.expose())
        .unwrap();
    assert_eq!(
        (info.get("npub"), world.id_claims(&tokens).get("pubkey")),
        (None, None)
    );
    let tokens = world.tokens(&one, &person, &[("scope", "openid pubkey")]);
    let info = world
        .provider
        .userinfo(tokens.access_token.expose())
        .unwrap();
    assert!(info.contains_key("npub") && info.contains_key("pubkey"));
}

#[test]
fn a_session_has_another_id_for_each_client_and_one_for_each_session() {
    let world = World::new();
    let (one, other) = (world.client(json!({})), world.client(json!({})));
    let person = world.person(SignInMethod::Bitcoin);
    let sid = |client, person| world.id_claims(&world.tokens(client, person, &[]))["sid"].clone();
    assert_eq!(sid(&one, &person), sid(&one, &person));
    assert_ne!(sid(&one, &person), sid(&other, &person));
    let again = world.again(&person.user, SignInMethod::Bitcoin);
    assert_ne!(sid(&one, &person), sid(&one, &again));
}

#[test]
fn no_claim_tells_a_pairwise_client_anything_of_the_key() {
    let world = World::new();
    let client = world.client(json!({"subject_type": "pairwise", "redirect_uris": [REDIRECT]}));
    let person = world.person(SignInMethod::Bitcoin);
    let tokens = world.tokens(&client, &person, &[("scope", "openid profile")]);
    let info = world
        .provider
        .userinfo(tokens.access_token.expose())
        .unwrap();
    let (x, npub) = (
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "npub10xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpkge6d",
    );
    for (name, value) in info {
        let text = value.as_str().unwrap_or_default();
        let tells = text.len() > 5 && (npub.contains(text) || x.contains(text));
        assert!(!tells, "{name}: {text}");
    }
}

/// Somebody whom `client` knows by another account's id, which was merged into theirs.
fn merged(world: &World, client: &Client) -> (Person, hodlxxi_kernel::UserId) {
    let mut person = world.person(SignInMethod::Bitcoin);
    let before = world.person(SignInMethod::Bitcoin).user;
    person.merged = true;
    world.store.set_known_as(&person.user, &client.id, &before);
    (person, before)
}

#[test]
fn who_merged_accounts_is_known_as_before_everywhere() {
    let world = World::new();
    let backchannel = "https://rp.example/backchannel";
    for subject_type in ["public", "pairwise"] {
        let client = world.client(json!({
            "subject_type": subject_type, "redirect_uris": [REDIRECT],
            "backchannel_logout_uri": backchannel,
        }));
        let other = world.client(json!({"subject_type": subject_type}));
        let (person, before) = merged(&world, &client);
        let expected = json!(world.provider.subject(&client.metadata, &before));
        let scope = [("scope", "openid profile offline_access")];
        let tokens = world.tokens(&client, &person, &scope);
        let access = tokens.access_token.expose();
        let refresh = tokens.refresh_token.as_ref().unwrap().expose();
        let said = |token| world.provider.introspect(&client, token).unwrap();
        let introspected = serde_json::to_value(said(access)).unwrap();
        let of_refresh = serde_json::to_value(said(refresh)).unwrap();
        let info = Value::from(world.provider.userinfo(access).unwrap());
        for said in [&world.id_claims(&tokens), &introspected, &of_refresh, &info] {
            assert_eq!(said["sub"], expected, "{subject_type}");
        }
        let is_public = subject_type == "public";
        assert_eq!(info.get("npub").is_some(), is_public);
        let named = info["preferred_username"].as_str().unwrap();
        assert_eq!(named.starts_with("npub"), is_public);
        let again = world.token(
            &client,
            &[("grant_type", "refresh_token"), ("refresh_token", refresh)],
        );
        assert_eq!(world.id_claims(&again.ok().unwrap())["sub"], expected);

        // It is them whom a hint or a named subject of before names.
        let hint = tokens.id_token.as_deref().unwrap();
        let claims = json!({"id_token": {"sub": {"value": expected}}}).to_string();
        for wish in [("id_token_hint", hint), ("claims", claims.as_str())] {
            let text = request(&client, &[wish, ("prompt", "none")]);
            let outcome = world.authorize(&text, Some(&person));
            assert!(redirect(outcome).param("code").is_some(), "{}", wish.0);
        }
        world
            .provider
            .session_ended(&person.user, &person.session)
            .unwrap();
        let calls = world.provider.due_logouts(10).unwrap();
        let told = world.provider.keys.verify("logout+jwt", &calls[0].token);
        assert_eq!(told.unwrap()["sub"], expected);

        let elsewhere = world.id_claims(&world.tokens(&other, &person, &[]));
        let own = world.provider.subject(&other.metadata, &person.user);
        assert_eq!(elsewhere["sub"], json!(own));
    }
}

#[test]
fn a_code_from_before_a_merge_names_whom_the_client_knows() {
    let world = World::new();
    for subject_type in ["public", "pairwise"] {
        let client = world.client(json!({"subject_type": subject_type}));
        let person = world.person(SignInMethod::Bitcoin);
        let scope = [("scope", "openid offline_access")];
        let code = world.code(&request(&client, &scope), &person);
        let before = world.person(SignInMethod::Bitcoin).user;
        world.store.set_known_as(&person.user, &client.id, &before);
        let tokens = world.exchange(&client, &code).unwrap();
        let expected = json!(world.provider.subject(&client.metadata, &before));
        assert_eq!(world.id_claims(&tokens)["sub"], expected);
        let access = tokens.access_token.expose();
        let told = world.provider.introspect(&client, access).unwrap();
        assert_eq!(serde_json::to_value(told).unwrap()["sub"], expected);
        let granted = |act: &&AuditEntry| act.action == Action::TokenGranted;
        let acts = world.store.acts();
        let theirs = acts.iter().filter(granted);
        let theirs = theirs.filter(|act| act.client.as_ref() == Some(&client.id));
        assert_eq!(theirs.count(), 1, "once, though it took two steps");
        assert!(world.exchange(&client, &code).is_err());
        assert!(world.provider.userinfo(access).is_err());
    }
}
