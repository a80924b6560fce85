//! Private keys and recovery phrases in fields: refused in the browser and not sent; refused by the server where they are
//! sent all the same, and in no log.

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::person::{Person, challenge};
use hodlxxi_tests::programs::{node, output};
use hodlxxi_tests::server::Server;
use serde_json::json;

/// One of each kind; the shortest recovery phrase fits the shortest field.
const SECRETS: [&str; 9] = [
    "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",
    "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn",
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx",
    "able acid also area army atom aunt auto away baby ball bone",
    "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
    // In the middle of other text, cut by the shortest fields.
    "WIF KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn :-)",
    "my nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5!",
    "my xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx!",
];

#[test]
fn what_looks_like_one_is_refused_in_every_field_and_never_sent() {
    let (server, person) = (Server::start(&[]), Person::named("careless"));
    let mut command = node("browser/private-keys.mjs");
    command.args([&server.issuer(), &person.secret_hex(), &person.pubkey()]);
    output(command.args(SECRETS));
}

/// Sends the form of `page` that goes to `action` with a secret in its field; the page that comes back.
fn send(browser: &Browser, page: &Answer, action: &str, field: &str, secret: &str) -> Answer {
    let sent = browser.submit(page, &page.form(action), &[(field, secret)]);
    browser.follow(sent)
}

#[test]
fn the_server_refuses_what_was_sent_all_the_same_and_logs_none_of_it() {
    let server = Server::start(&[("RUST_LOG", "debug")]);
    let person = Person::named("careless");
    let browser = server.browser();
    person.sign_in(&browser);
    for secret in SECRETS {
        let login = browser.get("/login");
        let proof = browser.submit(
            &login,
            &login.form("/login/challenge"),
            &[("identifier", &person.pubkey())],
        );
        let account = browser.get("/account");
        let tried = [
            (&login, "/login/challenge", "identifier"),
            (&proof, "/login/verify", "signature"),
            (&account, "/account/profile", "name"),
            (&account, "/account/keys/label", "label"),
            (&account, "/account/keys/challenge", "identifier"),
            (&account, "/account/merge/challenge", "identifier"),
            (&account, "/account/delete/challenge", "identifier"),
        ];
        for (page, action, field) in tried {
            let shown = send(&browser, page, action, field, secret);
            assert!(
                shown.body.contains("rivate key"),
                "{action}, {secret}: {}",
                shown.body
            );
            assert!(!shown.body.contains(secret), "{action} shows {secret}");
        }
        for body in [json!({"pubkey": secret}), json!({"address": secret})] {
            let refused = browser.post_json("/api/challenge", &body);
            assert_eq!(refused.status, 400, "{}", refused.body);
            assert!(!refused.body.contains(secret), "{}", refused.body);
        }
    }
    challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let log = server.log();
    assert!(log.contains("/account/keys/label"), "{log}");
    for secret in SECRETS {
        assert!(!log.contains(&secret[..20]), "{secret} is in the log");
    }
}
