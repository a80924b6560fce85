//! Dynamic registration (RFC 7591) and its management (RFC 7592).

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::person::text;
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty, register};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::{Value, json};

#[test]
fn a_client_reads_changes_and_removes_itself() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    let answer = &client.registration;
    assert_eq!(answer["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(answer["redirect_uris"], json!([CALLBACK]));
    assert_eq!(answer["client_secret_expires_at"], 0);
    assert!(answer["client_id_issued_at"].is_u64());
    let (uri, token) = (
        text(answer, "registration_client_uri"),
        text(answer, "registration_access_token"),
    );
    assert!(uri.starts_with(&server.issuer()), "{uri}");
    let manage = |method: Method, token: &str, body: Option<&Value>| {
        let mut request = client.line.request(method, uri).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        client.line.send(request)
    };
    assert_eq!(
        manage(Method::GET, token, None).json_with(200)["client_id"],
        client.id
    );
    assert_eq!(manage(Method::GET, "wrong", None).status, 401);
    assert_eq!(client.line.get(uri).status, 401);
    let changed =
        json!({"client_id": client.id, "redirect_uris": [CALLBACK], "client_name": "Renamed"});
    assert_eq!(
        manage(Method::PUT, token, Some(&changed)).json_with(200)["client_name"],
        "Renamed"
    );
    let foreign = json!({"client_id": "another", "redirect_uris": [CALLBACK]});
    assert_eq!(manage(Method::PUT, token, Some(&foreign)).status, 400);
    let current = manage(Method::GET, token, None);
    let token = if current.status == 200 {
        token.to_owned()
    } else {
        panic!("the token stopped working: {}", current.body)
    };
    assert_eq!(manage(Method::DELETE, &token, None).status, 204);
    assert_eq!(
        manage(Method::GET, &token, None).status,
        401,
        "RFC 7592 section 2.1"
    );
    assert_eq!(
        server.browser().get(&client.request(&[])).status,
        400,
        "no such client any more"
    );
}

#[test]
fn dangerous_redirect_uris_are_refused() {
    let server = Server::start(&[]);
    let line = server.browser();
    let wrong = [
        "https://rp.example.org/callback#fragment",
        "https://*.example.org/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user:secret@rp.example.org/callback",
        "http://rp.example.org/callback",
        "/callback",
        "",
        "com.example.app:/callback",
    ];
    for uri in wrong {
        let metadata = json!({"redirect_uris": [CALLBACK, uri]});
        let answer = register(&line, &metadata);
        assert_eq!(answer.status, 400, "{uri}: {}", answer.body);
        assert_eq!(answer.json()["error"], "invalid_redirect_uri", "{uri}");
    }
    let native = json!({"redirect_uris": ["com.example.app:/callback", "http://127.0.0.1/callback"], "application_type": "native", "token_endpoint_auth_method": "none"});
    register(&line, &native).json_with(201);
}

#[test]
fn what_is_not_supported_is_refused_not_replaced() {
    let server = Server::start(&[]);
    let line = server.browser();
    let wrong = [
        json!({"grant_types": ["implicit"]}),
        json!({"grant_types": ["password"]}),
        json!({"token_endpoint_auth_method": "client_secret_jwt"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({"response_types": ["token"]}),
        json!({"id_token_signed_response_alg": "none"}),
        json!({"id_token_signed_response_alg": "HS256"}),
        json!({"subject_type": "secret"}),
        json!({"redirect_uris": []}),
        json!({"redirect_uris": "https://rp.example.org/callback"}),
        json!({"jwks": {"keys": []}, "jwks_uri": "https://rp.example.org/jwks"}),
        json!({"jwks_uri": "https://10.0.0.1/jwks", "token_endpoint_auth_method": "private_key_jwt"}),
        json!({"jwks_uri": "https://169.254.169.254/jwks", "token_endpoint_auth_method": "private_key_jwt"}),
        json!({"jwks_uri": "file:///etc/passwd", "token_endpoint_auth_method": "private_key_jwt"}),
    ];
    for more in wrong {
        let mut metadata = json!({"redirect_uris": [CALLBACK]});
        for (name, value) in more.as_object().expect("an object") {
            metadata[name] = value.clone();
        }
        let answer = register(&line, &metadata);
        assert_eq!(answer.status, 400, "{more}: {}", answer.body);
        let error = answer.json()["error"].clone();
        assert!(
            error == "invalid_client_metadata" || error == "invalid_redirect_uri",
            "{more}: {error}"
        );
    }
}

#[test]
fn registration_can_ask_for_a_token_or_be_off() {
    let metadata = json!({"redirect_uris": [CALLBACK]});
    let with_token = |line: &Browser, token: &str| {
        line.send(
            line.request(Method::POST, "/oauth/register")
                .bearer_auth(token)
                .json(&metadata),
        )
        .status
    };
    let server = Server::start(&[("HODLXXI_REGISTRATION", "token")]);
    let line = server.browser();
    assert_eq!(register(&line, &metadata).status, 401);
    assert_eq!(with_token(&line, "guessed"), 401);
    let made = server.run(&["client", "token"]);
    assert!(made.status.success(), "{made:?}");
    let printed = String::from_utf8_lossy(&made.stdout).into_owned();
    let token = printed
        .split_whitespace()
        .max_by_key(|word| word.len())
        .expect("a token");
    assert_eq!(with_token(&line, token), 201, "{printed}");

    let closed = Server::start(&[("HODLXXI_REGISTRATION", "off")]);
    let line = closed.browser();
    assert!(matches!(register(&line, &metadata).status, 401 | 403 | 404));
    let discovery = line.get("/.well-known/openid-configuration").json_with(200);
    assert!(
        discovery.get("registration_endpoint").is_none(),
        "what is listed works"
    );
}

#[test]
fn a_name_with_html_is_accepted_and_shown_escaped() {
    let server = Server::start(&[]);
    let name = "<img src=x onerror=alert(1)> & \"Söhne\"";
    let client = RelyingParty::register(&server, &json!({"client_name": name}));
    assert_eq!(client.registration["client_name"], name);
    let browser = server.browser();
    hodlxxi_tests::person::Person::named("reader").sign_in(&browser);
    let page = browser.visit(&client.request(&[]));
    assert!(
        !page.body.contains("<img src=x"),
        "unescaped: {}",
        page.body
    );
    assert!(
        hodlxxi_tests::form::unescape(&page.body).contains(name),
        "{}",
        page.body
    );
    assert!(
        page.body.to_lowercase().contains("not verified"),
        "{}",
        page.body
    );
}
