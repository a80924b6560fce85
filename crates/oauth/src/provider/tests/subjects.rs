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
