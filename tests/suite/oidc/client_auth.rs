//! How clients prove who they are.

use hodlxxi_tests::listener::Listener;
use hodlxxi_tests::person::{now, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token::{self, ClientKey};
use reqwest::Method;
use serde_json::{Value, json};

/// The metadata of a machine that authenticates in one way.
fn machine(method: &str) -> Value {
    json!({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [], "scope": "read_limited",
           "token_endpoint_auth_method": method})
}

fn machine_with(key: &ClientKey) -> Value {
    let mut metadata = machine("private_key_jwt");
    metadata["jwks"] = key.jwks();
    metadata
}

fn assert_with(server: &Server, assertion: &str) -> hodlxxi_tests::browser::Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion", assertion),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
    ];
    server.browser().post_form("/oauth/token", &fields)
}

#[test]
fn a_secret_works_as_registered() {
    let server = Server::start(&[]);
    let basic = RelyingParty::register(&server, &machine("client_secret_basic"));
    let post = RelyingParty::register(&server, &machine("client_secret_post"));
    let in_body = |client: &RelyingParty, secret: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", client.id.as_str()),
            ("client_secret", secret),
        ];
        client.line.post_form("/oauth/token", &fields)
    };
    let in_header = |client: &RelyingParty, secret: &str| {
        let request = client
            .line
            .request(Method::POST, "/oauth/token")
            .basic_auth(&client.id, Some(secret));
        client
            .line
            .send(request.form(&[("grant_type", "client_credentials")]))
    };
    let secret = |client: &RelyingParty| client.secret.clone().expect("a secret");
    in_header(&basic, &secret(&basic)).json_with(200);
    in_body(&post, &secret(&post)).json_with(200);
    in_body(&post, "wrong").is_oauth_error(401, "invalid_client");
    let wrong = in_header(&basic, "wrong");
    wrong.is_oauth_error(401, "invalid_client");
    assert!(
        wrong
            .header("www-authenticate")
            .expect("a challenge")
            .starts_with("Basic")
    );
    in_header(&basic, &secret(&post)).is_oauth_error(401, "invalid_client");
    let request = basic
        .line
        .request(Method::POST, "/oauth/token")
        .basic_auth(&basic.id, Some(secret(&basic)));
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", basic.id.as_str()),
        ("client_secret", &secret(&basic)),
    ];
    let both = basic.line.send(request.form(&fields));
    assert!(
        matches!(both.status, 400 | 401),
        "two methods at once (RFC 6749 section 2.3): {}",
        both.body
    );
}

#[test]
fn an_assertion_works_once_and_for_this_server_only() {
    let server = Server::start(&[]);
    let key = ClientKey::new("k1");
    let client = RelyingParty::register(&server, &machine_with(&key));
    let issuer = server.issuer();
    let endpoint = format!("{issuer}/oauth/token");
    let good = key.assertion(&client.id, &issuer, "first");
    assert_with(&server, &good).json_with(200);
    assert_with(&server, &good).is_oauth_error(401, "invalid_client");
    assert_with(&server, &key.assertion(&client.id, &endpoint, "second")).json_with(200);
    assert_with(
        &server,
        &key.assertion(&client.id, "https://elsewhere.example.org", "third"),
    )
    .is_oauth_error(401, "invalid_client");
    let stranger = ClientKey::new("k1");
    assert_with(&server, &stranger.assertion(&client.id, &issuer, "fourth"))
        .is_oauth_error(401, "invalid_client");
    let claims = |change: &dyn Fn(&mut Value)| {
        let mut claims = json!({"iss": client.id, "sub": client.id, "aud": issuer, "jti": "fifth", "iat": now(), "exp": now() + 60});
        change(&mut claims);
        claims
    };
    let wrong = [
        claims(&|claims| claims["exp"] = json!(now() - 120)),
        claims(&|claims| claims["exp"] = json!(now() + 86_400 * 365)),
        claims(&|claims| claims["sub"] = json!("another")),
        claims(&|claims| claims["iss"] = json!("another")),
        claims(&|claims| claims["aud"] = Value::Null),
        claims(&|claims| claims["jti"] = Value::Null),
        claims(&|claims| claims["exp"] = Value::Null),
    ];
    for claims in wrong {
        let answer = assert_with(&server, &key.sign(&claims));
        assert_eq!(answer.status, 401, "{claims}: {}", answer.body);
    }
    let unsigned = token::compact(&json!({"alg": "none"}), &claims(&|_| ()), b"");
    assert_with(&server, &unsigned).is_oauth_error(401, "invalid_client");
}

#[test]
fn one_assertion_wins_among_sixteen() {
    let server = Server::start(&[]);
    let key = ClientKey::new("k1");
    let client = RelyingParty::register(&server, &machine_with(&key));
    let assertion = key.assertion(&client.id, &server.issuer(), "raced");
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| assert_with(&server, &assertion).status))
            .collect();
        tries
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
}

#[test]
fn keys_are_fetched_and_fetched_again_for_an_unknown_kid() {
    let server = Server::start(&[]);
    let (old, new) = (ClientKey::new("old"), ClientKey::new("new"));
    let published = Listener::answering(&old.jwks().to_string());
    let mut metadata = machine("private_key_jwt");
    metadata["jwks_uri"] = json!(published.url("/jwks.json"));
    let client = RelyingParty::register(&server, &metadata);
    assert_with(&server, &old.assertion(&client.id, &server.issuer(), "a")).json_with(200);
    published.answer(&new.jwks().to_string());
    assert_with(&server, &new.assertion(&client.id, &server.issuer(), "b")).json_with(200);
    assert_eq!(
        text(&client.registration, "token_endpoint_auth_method"),
        "private_key_jwt"
    );
}
