//! Hostile and broken requests: each gets the error its standard names, none a 500, and nothing is lost by it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use reqwest::Method;
use serde_json::{Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn json_endpoints_take_sound_json_only() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let post = |path: &str, kind: Option<&str>, body: &str| {
        let mut request = browser.request(Method::POST, path).body(body.to_owned());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        browser.send(request)
    };
    for path in ["/api/challenge", "/api/verify"] {
        for body in [
            "",
            "{",
            "[]",
            "null",
            "7",
            "\"text\"",
            "{\"pubkey\":{}}",
            "{\"pubkey\":\"02\",}",
            "\u{feff}{}",
        ] {
            let answer = post(path, Some(JSON), body);
            assert_eq!(answer.status, 400, "{path} {body}: {}", answer.body);
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json")
            );
        }
        for kind in [
            None,
            Some("text/plain"),
            Some(FORM),
            Some("application/xml"),
            Some("multipart/form-data"),
        ] {
            assert_eq!(
                post(path, kind, "{\"pubkey\":\"02\"}").status,
                415,
                "{path} {kind:?}"
            );
        }
        let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(
            post(path, Some(JSON), &deep).status,
            400,
            "{path}: deep nesting"
        );
    }
    assert_eq!(
        post("/oauth/register", Some(FORM), "redirect_uris=x").status,
        415
    );
    assert_eq!(post("/oauth/register", Some(JSON), "{").status, 400);
    let twice = "{\"pubkey\":\"aa\",\"pubkey\":\"bb\"}";
    assert_eq!(
        post("/api/challenge", Some(JSON), twice).status,
        400,
        "a member twice"
    );
}

#[test]
fn forms_are_forms_and_hold_a_parameter_once() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    let post = |path: &str, kind: &str, body: &str| {
        let request = client
            .line
            .request(Method::POST, path)
            .header("content-type", kind);
        client.line.send(
            request
                .basic_auth(&client.id, client.secret.clone())
                .body(body.to_owned()),
        )
    };
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        let json = post(path, JSON, "{\"grant_type\":\"authorization_code\"}");
        assert!(matches!(json.status, 400 | 415), "{path}: {}", json.body);
        let twice = post(
            path,
            FORM,
            "token=a&token=b&grant_type=refresh_token&grant_type=refresh_token",
        );
        twice.is_oauth_error(400, "invalid_request");
        let broken = post(path, FORM, "%ff%fe=%80&grant_type=%");
        assert_eq!(broken.status, 400, "{path}: {}", broken.body);
    }
}

#[test]
fn a_body_of_three_megabytes_is_too_large_everywhere() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let large = "a".repeat(3 * 1024 * 1024);
    let endpoints = [
        ("/api/challenge", JSON),
        ("/api/verify", JSON),
        ("/oauth/register", JSON),
        ("/oauth/token", FORM),
        ("/oauth/introspect", FORM),
        ("/oauth/revoke", FORM),
        ("/oauth/authorize", FORM),
        ("/oauth/userinfo", FORM),
        ("/login/challenge", FORM),
        ("/oauth/consent", FORM),
    ];
    for (path, kind) in endpoints {
        let request = browser
            .request(Method::POST, path)
            .header("content-type", kind)
            .body(large.clone());
        assert_eq!(browser.send(request).status, 413, "{path}");
    }
    browser.get("/health").json_with(200);
}

#[test]
fn other_origins_are_refused_where_cookies_count() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("victim"));
    person.sign_in(&browser);
    let body = json!({"pubkey": person.pubkey()});
    for (name, value) in [
        ("origin", "https://evil.example.org"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for path in ["/api/challenge", "/api/verify", "/api/logout", "/api/guest"] {
            let answer = browser.send(
                browser
                    .request(Method::POST, path)
                    .header(name, value)
                    .json(&body),
            );
            answer.is_problem(403, "request.cross_origin");
        }
        let form = browser
            .request(Method::POST, "/login/challenge")
            .header(name, value)
            .form(&[("identifier", "x")]);
        assert_eq!(browser.send(form).status, 403, "{name}: {value}");
    }
    assert_eq!(browser.get("/api/session").status, 200, "still signed in");
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        let request = browser
            .request(Method::POST, path)
            .header("origin", "https://app.example.org");
        let answer = browser.send(request.form(&[("token", "x")]));
        assert_ne!(
            answer.status, 403,
            "{path} is for relying parties: {}",
            answer.body
        );
    }
    let plain = browser.send(browser.request(Method::POST, "/api/challenge").json(&body));
    plain.json_with(200);
}

#[test]
fn odd_signatures_are_refused_and_cost_nothing() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("odd"));
    let valid = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(text(&valid, "challenge"));
    let odd = [
        signature[..80].to_owned(),
        format!("{signature}{signature}"),
        format!("smp{signature}"),
        format!("{signature}="),
        "A".repeat(60_000),
        "\u{0}".to_owned(),
        "ümlaut".to_owned(),
        "pof".to_owned(),
        "smp".to_owned(),
        "cHNidP8BAA==".to_owned(),
    ];
    for signature in odd {
        let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
        let answer = verify(
            &browser,
            &challenge,
            &json!({"pubkey": person.pubkey(), "signature": signature}),
        );
        assert!(
            matches!(answer.status, 400 | 401),
            "{signature:?}: {} {}",
            answer.status,
            answer.body
        );
    }
    verify(
        &browser,
        &valid,
        &json!({"pubkey": person.pubkey(), "signature": signature}),
    )
    .json_with(200);
}

#[test]
fn events_of_the_wrong_shape_are_malformed() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("events"));
    let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let good = person.nostr_sign_in(&server.issuer(), text(&challenge, "challenge"));
    let mut wrong: Vec<Value> = vec![json!(7), json!([]), json!({}), json!("text")];
    for (member, value) in [
        ("sig", json!("zz")),
        ("kind", json!("22242")),
        ("tags", json!("x")),
        ("created_at", json!(-1)),
        ("pubkey", json!("00")),
    ] {
        let mut event = good.clone();
        event[member] = value;
        wrong.push(event);
    }
    for event in wrong {
        let answer = verify(
            &browser,
            &challenge,
            &json!({"pubkey": person.pubkey(), "event": event}),
        );
        assert!(
            matches!(answer.status, 400 | 401),
            "{event}: {} {}",
            answer.status,
            answer.body
        );
    }
}

#[test]
fn unsigned_and_confused_tokens_are_worth_nothing() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid profile");
    let access = text(&tokens, "access_token");
    let (header, claims) = (token::header(access), token::claims(access));
    let jwks = browser.get("/oauth/jwks.json").body;
    let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, jwks.as_bytes());
    let mut confused = header.clone();
    confused["alg"] = json!("HS256");
    let tag = aws_lc_rs::hmac::sign(&secret, token::signing_input(&confused, &claims).as_bytes());
    let mut unsigned = header.clone();
    unsigned["alg"] = json!("none");
    let mut other_key = header.clone();
    other_key["jwk"] = token_key().jwks()["keys"][0].clone();
    let forged = [
        token::compact(&confused, &claims, tag.as_ref()),
        token::compact(&unsigned, &claims, b""),
        token::compact(&header, &claims, b""),
        token::compact(&other_key, &claims, &[0; 64]),
        token_key().sign(&claims),
        text(&tokens, "id_token").to_owned(),
        "..".to_owned(),
        "a".repeat(20_000),
    ];
    for token in forged {
        let answer = client.userinfo(&token);
        assert!(
            matches!(answer.status, 400 | 401 | 431),
            "{token}: {}",
            answer.status
        );
        if token.len() < 10_000 {
            assert_eq!(client.introspect(&token)["active"], false, "{token}");
        }
    }
}

fn token_key() -> token::ClientKey {
    token::ClientKey::new("stranger")
}

#[test]
fn a_request_uri_or_redirect_is_never_fetched_from_inside() {
    let server = Server::start(&[("HODLXXI_ISSUER", "https://auth.example.org")]);
    let line = server.browser();
    let private = [
        "https://127.0.0.1/jwks",
        "https://[::1]/jwks",
        "https://10.1.2.3/jwks",
        "https://192.168.0.1/jwks",
        "https://169.254.169.254/latest",
        "https://[fd00::1]/jwks",
        "https://localhost/jwks",
        "http://example.org/jwks",
        "https://0.0.0.0/",
    ];
    for uri in private {
        let metadata = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": uri});
        let answer = line.send(
            line.request(Method::POST, "/oauth/register")
                .json(&metadata),
        );
        let refused = answer.status == 400;
        if !refused {
            // Taken at face value, it must still not be fetched.
            let client = answer.json_with(201);
            let assertion =
                token_key().assertion(text(&client, "client_id"), "https://auth.example.org", "x");
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_assertion", assertion.as_str()),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
            ];
            line.post_form("/oauth/token", &fields)
                .is_oauth_error(401, "invalid_client");
        }
    }
}

#[test]
fn wrong_methods_and_broken_requests_are_answered() {
    let server = Server::start(&[]);
    let browser = server.browser();
    for (method, path) in [
        (Method::GET, "/api/challenge"),
        (Method::DELETE, "/login"),
        (Method::PUT, "/oauth/token"),
        (Method::POST, "/health"),
    ] {
        let answer = browser.send(browser.request(method.clone(), path));
        assert_eq!(answer.status, 405, "{method} {path}");
        assert!(answer.header("allow").is_some(), "{method} {path}");
    }
    for raw in [
        "GET / HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n",
        "GET /%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /login?continue=%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /oauth/authorize?client_id=%zz&&&==& HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nCookie: hodlxxi_session=\u{7f}; ;;=; a\r\nConnection: close\r\n\r\n",
        "POST /oauth/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic !!!\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "NONSENSE\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a time limit");
        stream.write_all(raw.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status: u16 = answer
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(400);
        assert!(status < 500, "{raw}: {answer}");
        assert!(!answer.contains("root:"), "{raw}");
    }
    browser.get("/health").json_with(200);
}
