//! The playground, with and without scripts.

use hodlxxi_tests::browser::query;
use hodlxxi_tests::form::unescape;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::programs::{node, output, screenshots};
use hodlxxi_tests::server::Server;
use serde_json::Value;
use url::Url;

use super::make;
use crate::browser::session_cookie;

fn member(text: &Value, name: &str) -> Value {
    let json: Value = serde_json::from_str(text.as_str().expect("text")).expect("JSON");
    json[name].clone()
}

#[test]
fn a_developer_goes_through_every_step_in_chromium() {
    let (server, person) = (Server::start(&[]), Person::named("player"));
    let browser = server.browser();
    let user = person.sign_in(&browser)["user_id"].clone();
    let mut command = node("browser/playground.mjs");
    command.args([&server.issuer(), &session_cookie(&server, &browser)]);
    let seen: Value =
        serde_json::from_str(&output(command.arg(screenshots()))).expect("what was seen");
    let asked = query(&Url::parse(seen["asked"].as_str().expect("a request")).expect("a URL"));
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["scope"], "openid profile offline_access");
    assert_eq!(seen["bad"], Value::Array(Vec::new()), "{seen}");
    let checks = seen["checks"].as_array().expect("checks");
    for name in [
        "state",
        "iss",
        "code",
        "signature",
        "aud",
        "exp",
        "iat",
        "nonce",
        "at_hash",
        "acr",
        "typ",
    ] {
        let right = format!("{name} is right");
        let is_right = |check: &&Value| check.as_str().is_some_and(|text| text.starts_with(&right));
        assert!(
            checks.iter().any(|check| is_right(&check)),
            "{name}: {seen}"
        );
    }
    assert!(
        !seen["left"].as_str().expect("an address").contains("code="),
        "{seen}"
    );
    assert_eq!(member(&seen["userinfo"]["body"], "sub"), user);
    assert_eq!(member(&seen["introspected"]["body"], "active"), true);
    assert_eq!(
        (&seen["refreshed"], &seen["revoked"]),
        (&"200".into(), &"200".into())
    );
    assert_eq!(member(&seen["after"]["body"], "active"), false);
    assert!(
        seen["strangers"].as_u64().is_some_and(|count| count >= 2),
        "{seen}"
    );
}

#[test]
fn the_playgrounds_client_is_made_once_and_own_ones_may_stand_in() {
    let server = Server::start(&[("HODLXXI_REGISTRATION", "off")]);
    let visitor = server.browser();
    for path in [
        "/developers/playground",
        "/developers/playground/callback?code=x",
    ] {
        let page = visitor.get(path);
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(
            page.body.contains("<option value=\"playground\">"),
            "{}",
            page.body
        );
    }
    let listed = server.run(&["client", "list", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    Person::named("stand-in").sign_in(&visitor);
    let callback = format!("{}/developers/playground/callback", server.issuer());
    let fits = make(&visitor, "single-page", &[("redirect_uris", &callback)]);
    let other = make(
        &visitor,
        "single-page",
        &[("redirect_uris", "https://rp.example.org/")],
    );
    let page = visitor.get("/developers/playground");
    assert!(page.body.contains(&fits.id) && !page.body.contains(&other.id));
    // Without scripts: the request stands there to be opened.
    let body = unescape(&page.body);
    let start = body
        .find("/oauth/authorize?response_type")
        .expect("a request");
    let request = body[start..].split('<').next().expect("an address").trim();
    let answer = visitor.get(request);
    assert_eq!(answer.status, 200, "{request}: {}", answer.body);
    assert!(
        answer.body.contains("HODLXXI Playground"),
        "{}",
        answer.body
    );
}
