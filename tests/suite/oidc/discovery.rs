//! What discovery says is true, and the key set holds nothing private.

use hodlxxi_tests::person::text;
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::Value;

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
        .iter()
        .map(|item| item.as_str().expect("text"))
        .collect()
}

#[test]
fn both_documents_say_the_same_and_every_endpoint_answers() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let document = browser
        .get("/.well-known/openid-configuration")
        .json_with(200);
    let issuer = server.issuer();
    assert_eq!(document["issuer"], issuer);
    let twin = browser
        .get("/.well-known/oauth-authorization-server")
        .json_with(200);
    assert_eq!(twin["issuer"], issuer);
    let endpoints = [
        ("authorization_endpoint", "/oauth/authorize"),
        ("token_endpoint", "/oauth/token"),
        ("userinfo_endpoint", "/oauth/userinfo"),
        ("jwks_uri", "/oauth/jwks.json"),
        ("introspection_endpoint", "/oauth/introspect"),
        ("revocation_endpoint", "/oauth/revoke"),
        ("registration_endpoint", "/oauth/register"),
        ("end_session_endpoint", "/oauth/logout"),
    ];
    for (member, path) in endpoints {
        assert_eq!(document[member], format!("{issuer}{path}"), "{member}");
        assert_eq!(twin[member], document[member], "{member}");
        let status = browser.get(path).status;
        assert_ne!(status, 404, "{path}");
        assert!(status < 500, "{path}: {status}");
    }
    assert!(
        document
            .get("pushed_authorization_request_endpoint")
            .is_none(),
        "not offered yet"
    );
}

#[test]
fn it_lists_what_works() {
    let server = Server::start(&[]);
    let document = server
        .browser()
        .get("/.well-known/openid-configuration")
        .json_with(200);
    let same = |member: &str, expected: &[&str]| {
        let (mut listed, mut expected) = (strings(&document[member]), expected.to_vec());
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{member}");
    };
    same("response_types_supported", &["code"]);
    same(
        "response_modes_supported",
        &["query", "fragment", "form_post"],
    );
    same(
        "grant_types_supported",
        &["authorization_code", "refresh_token", "client_credentials"],
    );
    same("subject_types_supported", &["public", "pairwise"]);
    same(
        "id_token_signing_alg_values_supported",
        &["RS256", "ES256", "EdDSA"],
    );
    same("code_challenge_methods_supported", &["S256"]);
    same(
        "token_endpoint_auth_methods_supported",
        &[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ],
    );
    for scope in [
        "openid",
        "profile",
        "pubkey",
        "offline_access",
        "read_limited",
        "read",
    ] {
        assert!(
            strings(&document["scopes_supported"]).contains(&scope),
            "{scope}"
        );
    }
    for claim in [
        "sub",
        "name",
        "preferred_username",
        "picture",
        "updated_at",
        "access_level",
        "pubkey",
        "npub",
    ] {
        assert!(
            strings(&document["claims_supported"]).contains(&claim),
            "{claim}"
        );
    }
    for acr in ["bitcoin", "nostr"] {
        assert!(
            strings(&document["acr_values_supported"])
                .contains(&format!("urn:hodlxxi:acr:{acr}").as_str())
        );
    }
    assert_eq!(document["claims_parameter_supported"], true);
    assert_ne!(document["request_parameter_supported"], true);
    assert_eq!(
        document["request_uri_parameter_supported"], false,
        "its default is true, so it must be said"
    );
    assert_eq!(
        document["authorization_response_iss_parameter_supported"],
        true
    );
    assert_eq!(document["backchannel_logout_supported"], true);
}

#[test]
fn the_key_set_is_public_and_only_public() {
    let server = Server::start(&[("HODLXXI_ID_TOKEN_ALGS", "RS256,ES256,EdDSA,ES256K")]);
    let set = server.browser().get("/oauth/jwks.json").json_with(200);
    let keys = set["keys"].as_array().expect("keys");
    let mut algorithms: Vec<_> = keys.iter().map(|key| text(key, "alg")).collect();
    algorithms.sort_unstable();
    algorithms.dedup();
    assert_eq!(algorithms, ["ES256", "ES256K", "EdDSA", "RS256"]);
    let mut ids: Vec<_> = keys.iter().map(|key| text(key, "kid")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), keys.len(), "every kid is distinct");
    for key in keys {
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private} in {key}");
        }
    }
}

#[test]
fn other_origins_may_read_what_needs_no_cookie_and_nothing_else() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let ask = |method: Method, path: &str| {
        let request = browser
            .request(method, path)
            .header("origin", "https://app.example.org");
        browser.send(request.header("access-control-request-method", "POST"))
    };
    let open = [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth/jwks.json",
        "/oauth/token",
        "/oauth/userinfo",
        "/oauth/revoke",
        "/oauth/register",
    ];
    for path in open {
        let answer = ask(Method::OPTIONS, path);
        assert!(answer.status < 300, "{path}: {}", answer.status);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            None,
            "{path}"
        );
    }
    for path in [
        "/api/session",
        "/api/challenge",
        "/oauth/authorize",
        "/login",
        "/account",
    ] {
        for method in [Method::OPTIONS, Method::GET] {
            assert_eq!(
                ask(method, path).header("access-control-allow-origin"),
                None,
                "{path}"
            );
        }
    }
}
