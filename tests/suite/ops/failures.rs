//! Failed proofs of strangers: nobody else is shut out by them, and they do not fill the audit log.

use std::thread;

use hodlxxi_tests::browser::Answer;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

use super::limits::{behind_a_proxy, from, introspect, is_limited};

/// More failures than are told of one target.
const MANY: usize = 30;

/// How many refusals of clients the audit log has.
fn refusals(server: &Server) -> usize {
    let export = server.run(&["audit", "export"]);
    assert!(export.status.success(), "{export:?}");
    let lines = String::from_utf8(export.stdout).expect("UTF-8");
    let refused = |line: &&str| line.contains("\"oauth.client_refused\"");
    lines.lines().filter(refused).count()
}

/// Asks for the registration of `client` with `token`, from `address`.
fn read(client: &RelyingParty, token: &str, address: &str) -> Answer {
    let path = format!("/oauth/register/{}", client.id);
    let request = client.line.request(Method::GET, &path).bearer_auth(token);
    client.line.send(from(request, address))
}

#[test]
fn a_stranger_with_the_id_of_a_public_client_shuts_nobody_out() {
    let server = Server::start(&[]);
    let client = RelyingParty::register_public(&server);
    let with_secret = |_| {
        let form = [
            ("client_id", client.id.as_str()),
            ("client_secret", "anything"),
            ("grant_type", "authorization_code"),
        ];
        client.line.post_form("/oauth/token", &form).status
    };
    let answers: Vec<u16> = (0..MANY).map(with_secret).collect();
    assert!(
        answers.contains(&401) && answers.ends_with(&[429]),
        "{answers:?}"
    );
    let browser = server.browser();
    Person::named("behind the same address").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid offline_access");
    client
        .refresh(text(&tokens, "refresh_token"))
        .json_with(200);
}

#[test]
fn a_guesser_of_registration_tokens_learns_nothing_more_and_the_client_manages_itself() {
    let server = behind_a_proxy();
    let client = RelyingParty::register(&server, &json!({}));
    let cafe = "203.0.113.9";
    let told = (0..MANY).filter(|_| read(&client, "wrong", cafe).status == 401);
    assert!((10..MANY).contains(&told.count()));
    let refused = read(&client, "wrong", cafe);
    is_limited(&refused, "failures-at-target");
    refused.is_oauth_error(429, "temporarily_unavailable");
    let token = text(&client.registration, "registration_access_token");
    read(&client, token, cafe).json_with(200);
    assert_eq!(introspect(&client, Some("wrong"), cafe).status, 429);
    assert_eq!(read(&client, "wrong", "198.51.100.1").status, 401);
}

#[test]
fn strangers_do_not_fill_the_audit_log() {
    let server = behind_a_proxy();
    let client = RelyingParty::register(&server, &json!({}));
    let crowd = "203.0.113.9";
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    introspect(&client, Some("wrong"), crowd);
                }
            });
        }
    });
    let before = refusals(&server);
    // One is earned back each second, which the test may take; and some were under way together.
    assert!((600..700).contains(&before), "{before}");
    for _ in 0..MANY {
        assert_eq!(introspect(&client, Some("wrong"), crowd).status, 429);
        assert_eq!(read(&client, "wrong", crowd).status, 429);
    }
    let more = refusals(&server) - before;
    assert!(more < MANY, "{more}");
    let metrics = server.browser().get("/metrics").body;
    let counted = "hodlxxi_rate_limited_total{limit=\"failures";
    assert!(metrics.contains(counted), "{metrics}");
    assert!(server.log().contains("are not in the audit log"));
    // From elsewhere each is written down, and who has the secret gets in from anywhere.
    let before = refusals(&server);
    assert_eq!(
        introspect(&client, Some("wrong"), "198.51.100.1").status,
        401
    );
    assert_eq!(refusals(&server), before + 1);
    let right = client.secret.as_deref();
    assert_eq!(introspect(&client, right, crowd).status, 200);
}
