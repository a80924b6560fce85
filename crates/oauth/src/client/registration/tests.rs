//! What may be registered, and what becomes of it.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::client::RedirectUriError;

const CB: &str = "https://rp.example/cb";
/// The public key of RFC 8037, appendix A.2.
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn rules() -> RegistrationRules<'static> {
    RegistrationRules {
        algs: &[SigningAlg::Rs256, SigningAlg::EdDsa],
        issuer_is_loopback: false,
    }
}

fn parse(request: &Value) -> Result<ClientMetadata, RegistrationError> {
    RegistrationRequest::parse(request, rules()).map(|request| request.0)
}

/// A web client with these members too.
fn with(mut members: Value) -> Result<ClientMetadata, RegistrationError> {
    let mut request = json!({ "redirect_uris": [CB] });
    let request_members = request.as_object_mut().unwrap();
    request_members.append(members.as_object_mut().unwrap());
    parse(&request)
}

fn jwks() -> Value {
    json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": X}]})
}

#[test]
fn the_defaults_are_those_of_the_rfcs_and_are_told() {
    let metadata = with(json!({"unknown": {"ignored": true}, "logo_uri": null})).unwrap();
    let told = json!(metadata);
    for (name, value) in [
        ("redirect_uris", json!([CB])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
        ("application_type", json!("web")),
        ("subject_type", json!("public")),
        ("id_token_signed_response_alg", json!("RS256")),
    ] {
        assert_eq!(told[name], value, "{name}");
    }
    assert!(told.get("unknown").is_none() && told.get("logo_uri").is_none());
    assert!(told.get("scope").is_none());
    assert!(metadata.allows(GrantType::RefreshToken));
    assert!(!metadata.allows(GrantType::ClientCredentials));
}

#[test]
fn what_is_registered_reads_back() {
    let metadata = with(json!({
        "application_type": "native",
        "redirect_uris": [CB, "http://127.0.0.1/cb", "com.example.app:/cb"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "client_name": "<script>alert(1)</script>",
        "client_name#ja": "クライアント",
        "client_uri": "https://rp.example",
        "contacts": ["a@rp.example"],
        "scope": "openid bogus profile",
        "jwks": jwks(),
        "id_token_signed_response_alg": "EdDSA",
        "access_token_signed_response_alg": "RS256",
        "access_token_lifetime": 60,
        "default_max_age": 0,
        "default_acr_values": ["urn:hodlxxi:acr:bitcoin"],
        "initiate_login_uri": "https://rp.example/login",
        "post_logout_redirect_uris": ["https://rp.example/bye"],
        "backchannel_logout_uri": "https://rp.example/logout",
        "backchannel_logout_session_required": true,
        "require_pkce": true,
        "allow_guests": true,
    }));
    let metadata = metadata.unwrap();
    let told = json!(metadata);
    assert_eq!(told["scope"], "openid profile");
    assert_eq!(told["client_name#ja"], "クライアント");
    assert_eq!(
        serde_json::from_value::<ClientMetadata>(told).unwrap(),
        metadata
    );
}

#[test]
fn what_is_not_supported_is_refused_not_replaced() {
    for members in [
        json!({"grant_types": ["implicit"]}),
        json!({"grant_types": ["authorization_code", "password"]}),
        json!({"response_types": ["code id_token"]}),
        json!({"response_types": ["code", "token"]}),
        json!({"token_endpoint_auth_method": "client_secret_jwt"}),
        json!({"token_endpoint_auth_method": "tls_client_auth"}),
        json!({"token_endpoint_auth_signing_alg": "HS256"}),
        json!({"id_token_signed_response_alg": "none"}),
        json!({"id_token_signed_response_alg": "HS256"}),
        json!({"id_token_signed_response_alg": "ES256"}),
        json!({"access_token_signed_response_alg": "ES256K"}),
        json!({"id_token_encrypted_response_alg": "RSA-OAEP"}),
        json!({"userinfo_signed_response_alg": "RS256"}),
        json!({"dpop_bound_access_tokens": true}),
        json!({"subject_type": "secret"}),
        json!({"application_type": "desktop"}),
    ] {
        let refused = with(members.clone()).unwrap_err();
        assert!(
            matches!(refused, RegistrationError::Unsupported { .. }),
            "{members}"
        );
        assert_eq!(refused.code(), "invalid_client_metadata");
    }
    assert!(with(json!({"dpop_bound_access_tokens": false})).is_ok());
}

#[test]
fn every_member_has_its_type_and_its_bounds() {
    let long = "x".repeat(1_001);
    for members in [
        json!({"client_name": 1}),
        json!({"client_name": long}),
        json!({"client_name#fr": [1]}),
        json!({"logo_uri#fr": "javascript:alert(1)"}),
        json!({"redirect_uris": CB}),
        json!({"redirect_uris": vec![CB; 51]}),
        json!({"grant_types": "authorization_code"}),
        json!({"contacts": [1]}),
        json!({"scope": ["openid"]}),
        json!({"require_pkce": "true"}),
        json!({"access_token_lifetime": 59}),
        json!({"access_token_lifetime": 3_601}),
        json!({"access_token_lifetime": "60"}),
        json!({"default_max_age": -1}),
        json!({"default_max_age": 1.5}),
        json!({"logo_uri": "http://rp.example/logo.png"}),
        json!({"logo_uri": "http://localhost/logo.png"}),
        json!({"logo_uri": "https:rp.example"}),
        json!({"policy_uri": "https://user@rp.example/"}),
        json!({"tos_uri": "data:text/html,x"}),
        json!({"backchannel_logout_uri": "https://rp.example/logout#x"}),
        json!({"initiate_login_uri": "https://rp.example/a b"}),
        json!({"post_logout_redirect_uris": ["javascript:alert(1)"]}),
    ] {
        let refused = with(members.clone()).unwrap_err();
        assert!(
            matches!(refused, RegistrationError::Member { .. }),
            "{members:.60}"
        );
    }
    assert!(with(json!({"client_name": "é".repeat(1_000)})).is_ok());
}

#[test]
fn servers_on_this_machine_are_for_providers_on_this_machine() {
    let mut rules = rules();
    let request = json!({"redirect_uris": [CB], "jwks_uri": "http://localhost:1/jwks"});
    assert!(RegistrationRequest::parse(&request, rules).is_err());
    rules.issuer_is_loopback = true;
    assert!(RegistrationRequest::parse(&request, rules).is_ok());
}

#[test]
fn redirect_uris_are_judged_by_the_kind_of_application() {
    let refused = with(json!({"redirect_uris": ["https://rp.example/#x"]})).unwrap_err();
    assert_eq!(
        refused,
        RegistrationError::RedirectUri(RedirectUriError::Fragment)
    );
    assert_eq!(refused.code(), "invalid_redirect_uri");
    let app = json!({"redirect_uris": ["com.example.app:/cb"]});
    assert!(parse(&app).is_err());
    assert_eq!(
        parse(&json!({})).unwrap_err(),
        RegistrationError::RedirectUriMissing
    );
}

#[test]
fn members_must_fit_each_other() {
    use RegistrationError as E;
    let two_hosts = json!([CB, "https://other.example/cb"]);
    for (members, why) in [
        (json!({"response_types": []}), E::ResponseTypes),
        (
            json!({"grant_types": ["client_credentials"], "response_types": ["code"]}),
            E::ResponseTypes,
        ),
        (json!({"grant_types": ["refresh_token"]}), E::RefreshAlone),
        (
            json!({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"}),
            E::PublicMachine,
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt"}),
            E::JwksMissing,
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}}),
            E::JwksMissing,
        ),
        (
            json!({"jwks": jwks(), "jwks_uri": "https://rp.example/jwks"}),
            E::JwksTwice,
        ),
        (
            json!({"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}),
            E::Jwks(crate::jose::JwkError::Private),
        ),
        (
            json!({"subject_type": "pairwise", "redirect_uris": two_hosts}),
            E::SectorMissing,
        ),
    ] {
        assert_eq!(with(members.clone()).unwrap_err(), why, "{members}");
    }
    let sector = json!({
        "subject_type": "pairwise",
        "redirect_uris": two_hosts,
        "sector_identifier_uri": "https://sector.example/list.json",
    });
    assert_eq!(
        with(sector).unwrap().sector().as_deref(),
        Some("sector.example")
    );
    let ports = json!([CB, "https://rp.example:8443/cb"]);
    let same_host = with(json!({"subject_type": "pairwise", "redirect_uris": ports}));
    assert_eq!(same_host.unwrap().sector().as_deref(), Some("rp.example"));
}

#[test]
fn a_machine_needs_no_redirect_uri() {
    let machine = parse(&json!({"grant_types": ["client_credentials"]})).unwrap();
    assert!(machine.redirect_uris.is_empty() && machine.response_types.is_empty());
    assert!(!machine.allows(GrantType::RefreshToken));
}

#[test]
fn every_redirect_uri_must_stand_in_the_sectors_list() {
    let uri = "https://sector.example/list.json";
    let request = json!({"redirect_uris": [CB], "sector_identifier_uri": uri});
    let request = RegistrationRequest::parse(&request, rules()).unwrap();
    assert_eq!(
        request.plan(),
        Some(Fetch {
            uri: uri.to_owned()
        })
    );
    let judge = |list: Option<Value>| request.clone().judge(list.as_ref());
    assert!(judge(Some(json!(["https://x.example", CB]))).is_ok());
    for list in [None, Some(json!({})), Some(json!(CB))] {
        assert_eq!(judge(list).unwrap_err(), RegistrationError::SectorFormat);
    }
    for list in [json!([]), json!(["https://rp.example/CB"])] {
        assert_eq!(
            judge(Some(list)).unwrap_err(),
            RegistrationError::RedirectUriOutsideSector
        );
    }
    let plain = RegistrationRequest::parse(&json!({"redirect_uris": [CB]}), rules()).unwrap();
    assert!(plain.plan().is_none() && plain.judge(None).is_ok());
}

#[test]
fn the_whole_is_bounded() {
    let many: Map<String, Value> = (0..101).map(|n| (n.to_string(), json!(1))).collect();
    for request in [
        json!([]),
        json!("x"),
        json!(many),
        json!({"x": "x".repeat(MAX_LEN)}),
    ] {
        assert_eq!(parse(&request).unwrap_err(), RegistrationError::Shape);
    }
}

/// Values as they come: some right for some member, most for none.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(vec![
            json!(CB),
            json!([CB]),
            json!(["http://localhost"]),
            json!("none"),
            json!("native"),
            json!("pairwise"),
            json!(["authorization_code"]),
            json!(["client_credentials"]),
            json!(["code"]),
            json!("openid"),
            json!("EdDSA"),
            json!("private_key_jwt"),
            jwks(),
        ]),
    ]
}

const MEMBERS: [&str; 16] = [
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "application_type",
    "client_name",
    "client_name#de",
    "logo_uri",
    "scope",
    "jwks",
    "jwks_uri",
    "subject_type",
    "id_token_signed_response_alg",
    "access_token_lifetime",
    "post_logout_redirect_uris",
    "sector_identifier_uri",
];

proptest! {
    #[test]
    fn what_is_accepted_keeps_every_rule(
        request in prop::collection::hash_map(prop::sample::select(&MEMBERS[..]), any_value(), 0..10)
    ) {
        if let Ok(metadata) = parse(&json!(request)) {
            let kind = metadata.application_type;
            let uris = metadata.redirect_uris.iter().chain(&metadata.post_logout_redirect_uris);
            for uri in uris {
                prop_assert!(RedirectUri::parse(uri.as_str(), kind).is_ok());
            }
            let codes = metadata.grant_types.contains(&GrantType::AuthorizationCode);
            prop_assert_eq!(codes, metadata.response_types == ["code"]);
            prop_assert!(!codes || !metadata.redirect_uris.is_empty());
            prop_assert!(rules().algs.contains(&metadata.id_token_signed_response_alg));
            let told = json!(metadata);
            prop_assert!(told.to_string().len() <= MAX_LEN);
            prop_assert_eq!(serde_json::from_value::<ClientMetadata>(told).unwrap(), metadata);
        }
    }
}
