//! The provider metadata is true: what it lists works.

use super::*;

fn metadata(world: &World) -> Value {
    serde_json::from_str(world.provider.discovery_json()).unwrap()
}

#[test]
fn every_url_is_of_the_issuer_and_every_list_is_what_there_is() {
    let world = World::new();
    let metadata = metadata(&world);
    assert_eq!(metadata["issuer"], ISSUER);
    for (name, value) in metadata.as_object().unwrap() {
        let is_url = name.ends_with("_endpoint") || name.ends_with("_uri");
        if is_url || name == "service_documentation" {
            assert!(
                value
                    .as_str()
                    .is_some_and(|url| url.starts_with("https://id.example/")),
                "{name}"
            );
        }
        assert!(!value.is_null(), "{name}");
    }
    let algs = &metadata["id_token_signing_alg_values_supported"];
    assert_eq!(algs, &json!(["EdDSA", "ES256"]));
    assert_eq!(
        metadata["code_challenge_methods_supported"],
        json!(["S256"])
    );
    assert_eq!(metadata["request_uri_parameter_supported"], false);
    assert_eq!(
        metadata["authorization_response_iss_parameter_supported"],
        true
    );
}

#[test]
fn what_is_switched_off_is_not_listed() {
    let world = World::with(|config| {
        config.registration = RegistrationPolicy::Off;
        config.guests = false;
    });
    let metadata = metadata(&world);
    assert_eq!(metadata.get("registration_endpoint"), None);
    let guest = json!(SignInMethod::Guest.acr());
    let acr = metadata["acr_values_supported"].as_array().unwrap();
    assert!(!acr.contains(&guest));
}

#[test]
fn every_claim_told_is_listed() {
    let world = World::new();
    let metadata = metadata(&world);
    let listed = metadata["claims_supported"].as_array().unwrap();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let tokens = world.tokens(&client, &person, &[("scope", "openid profile pubkey")]);
    let id = world.id_claims(&tokens);
    let info = world
        .provider
        .userinfo(tokens.access_token.expose())
        .unwrap();
    for name in id.as_object().unwrap().keys().chain(info.keys()) {
        assert!(listed.contains(&json!(name)), "{name}");
    }
}
