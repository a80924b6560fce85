//! An independent relying party, the crate `openidconnect`, takes the metadata, the key set and the
//! tokens for what they are.

use chrono::DateTime;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::{AccessToken, AccessTokenHash, ClientId, IssuerUrl, Nonce};

use super::*;

#[test]
fn it_verifies_id_tokens_of_every_algorithm_it_knows() {
    let world = World::new();
    let person = world.person(SignInMethod::Bitcoin);
    let metadata: CoreProviderMetadata =
        serde_json::from_str(world.provider.discovery_json()).unwrap();
    let keys = || serde_json::from_str::<CoreJsonWebKeySet>(&world.provider.keys.jwks()).unwrap();
    assert_eq!(metadata.issuer().as_str(), ISSUER);
    for alg in [
        CoreJwsSigningAlgorithm::EdDsa,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    ] {
        let client = world.client(json!({"id_token_signed_response_alg": alg}));
        let tokens = world.tokens(&client, &person, &[("scope", "openid profile")]);
        let token: CoreIdToken = tokens.id_token.as_deref().unwrap().parse().unwrap();
        let id = || ClientId::new(client.id.to_string());
        let issuer = || IssuerUrl::new(ISSUER.to_owned()).unwrap();
        let now = world.clock.now().as_unix();
        let verifier = |id| {
            CoreIdTokenVerifier::new_public_client(id, issuer(), keys())
                .set_allowed_algs([alg.clone()])
                .set_time_fn(move || DateTime::from_timestamp(now, 0).unwrap())
        };
        let nonce = Nonce::new("n-0".to_owned());
        let claims = token.claims(&verifier(id()), &nonce).unwrap();
        assert_eq!(claims.subject().as_str(), person.user.as_str());
        let access = AccessToken::new(tokens.access_token.expose().to_owned());
        let signed_by = token.signing_alg().unwrap();
        let checker = verifier(id());
        let key = token.signing_key(&checker).unwrap();
        let hash = AccessTokenHash::from_token(&access, signed_by, key).unwrap();
        assert_eq!(claims.access_token_hash(), Some(&hash));
        assert!(
            token
                .claims(&verifier(ClientId::new("other".to_owned())), &nonce)
                .is_err()
        );
    }
}
