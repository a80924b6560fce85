//! ID tokens: what they claim, and that others verify them in every algorithm.

use hodlxxi_tests::person::{Person, now, text};
use hodlxxi_tests::programs::{output, python, tests_folder};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use serde_json::{Value, json};

#[test]
fn it_claims_what_the_contract_lists() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    let user = Person::named("alice").sign_in(&browser)["user_id"].clone();
    let tokens = client.sign_in(&browser, "openid profile");
    let id_token = text(&tokens, "id_token");
    assert_eq!(
        token::header(id_token)["alg"],
        "RS256",
        "what a client gets that registers none"
    );
    let claims = token::claims(id_token);
    assert_eq!(claims["iss"], server.issuer());
    assert_eq!(claims["aud"], client.id);
    assert_eq!(claims["sub"], user);
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["acr"], "urn:hodlxxi:acr:bitcoin");
    assert_eq!(claims["amr"], json!(["pop"]));
    let seconds = |claim: &str| {
        claims[claim]
            .as_u64()
            .unwrap_or_else(|| panic!("no {claim}: {claims}"))
    };
    assert!(seconds("iat") <= now() && seconds("iat") + 60 > now());
    assert!(seconds("exp") > now() && seconds("auth_time") <= seconds("iat"));
    assert!(claims["sid"].is_string() && claims["at_hash"].is_string());
    let expected = [
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "exp",
        "iat",
        "iss",
        "nonce",
        "sid",
        "sub",
    ];
    let names: Vec<_> = claims
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names, expected,
        "no claim that was not asked for in the ID token"
    );
}

#[test]
fn jwcrypto_verifies_every_algorithm() {
    let server = Server::start(&[("HODLXXI_ID_TOKEN_ALGS", "RS256,ES256,EdDSA,ES256K")]);
    for algorithm in ["RS256", "ES256", "EdDSA", "ES256K"] {
        let browser = server.browser();
        Person::named("alice").sign_in(&browser);
        let client =
            RelyingParty::register(&server, &json!({"id_token_signed_response_alg": algorithm}));
        let tokens = client.sign_in(&browser, "openid");
        let script = tests_folder().join("interop/python/verify_token.py");
        for (name, token) in [
            ("id_token", text(&tokens, "id_token")),
            ("access_token", text(&tokens, "access_token")),
        ] {
            let verified = output(
                python("python")
                    .arg(&script)
                    .args([&server.url("/oauth/jwks.json"), token]),
            );
            let verified: Value = serde_json::from_str(&verified).expect("JSON");
            assert_eq!(verified["claims"]["iss"], server.issuer(), "{name}");
            let (expected, typ) = if name == "id_token" {
                (algorithm, "JWT")
            } else {
                ("EdDSA", "at+jwt")
            };
            assert_eq!(verified["header"]["alg"], expected, "{name}");
            assert_eq!(verified["header"]["typ"], typ, "{name}");
        }
    }
}

#[test]
fn an_algorithm_that_is_not_offered_is_refused() {
    let server = Server::start(&[]);
    let metadata = json!({"redirect_uris": ["https://rp.example.org/cb"], "id_token_signed_response_alg": "ES256K"});
    let answer = hodlxxi_tests::relying_party::register(&server.browser(), &metadata);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_client_metadata");
}

#[test]
fn claims_asked_for_in_the_id_token_come_there() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    let person = Person::named("alice");
    person.sign_in(&browser);
    let asked = json!({"id_token": {"pubkey": {"essential": true}, "access_level": null}, "userinfo": {"npub": null}}).to_string();
    let code = client.code(&browser, &[("claims", &asked)]);
    let tokens = client.redeem(&code).json_with(200);
    let claims = token::claims(text(&tokens, "id_token"));
    assert_eq!(claims["pubkey"], person.pubkey());
    assert_eq!(claims["access_level"], "limited");
    let userinfo = client
        .userinfo(text(&tokens, "access_token"))
        .json_with(200);
    assert_eq!(userinfo["npub"], person.npub());
    assert!(userinfo.get("access_level").is_none(), "{userinfo}");
}
