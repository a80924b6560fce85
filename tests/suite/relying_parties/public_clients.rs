//! Clients without a secret: a page in a real browser, and a program on a person's machine. Both run what the page of
//! such a client shows: the latter as the guide has it, which `developers::snippets` compares.

use std::fs;
use std::os::unix::fs::symlink;

use hodlxxi_tests::application::CommandLine;
use hodlxxi_tests::node::free_port;
use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::programs::{Background, node, output, python, screenshots, tests_folder};
use hodlxxi_tests::relying_party::consent_form;
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

use super::{everybody_signs_in, known, sign_in_at};
use crate::developers::{make, text_of};

#[test]
fn oidc_client_ts_of_npm_in_chromium() {
    let (server, person) = (Server::start(&[]), Person::named("reader of pages"));
    let port = free_port();
    let home = format!("http://localhost:{port}/");
    let fields = [
        ("redirect_uris", &*home),
        ("post_logout_redirect_uris", &*home),
        ("scope.offline_access", "on"),
    ];
    let developer = server.browser();
    Person::named("a developer").sign_in(&developer);
    let made = make(&developer, "single-page", &fields);
    let page = developer.get(&format!("/developers/clients/{}", made.id));
    let page = text_of(&page, "single-page-code");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("index.html"), page).expect("the page");
    let modules = tests_folder().join("interop/npm/node_modules");
    symlink(modules, folder.path().join("node_modules")).expect("the libraries");
    let mut serve = python("python");
    serve.current_dir(folder.path());
    serve.args(["-m", "http.server", "--bind", "127.0.0.1"]);
    let log = folder.path().join("said");
    let running = Background::start_logged(serve.arg(port.to_string()), &log);
    let _running = running.wait_for(port);

    let mut command = node("browser/single-page.mjs");
    command.args([
        &home,
        &server.issuer(),
        &made.id,
        &person.secret_hex(),
        &person.address(Form::Segwit),
    ]);
    let seen = output(command.arg(screenshots()));
    let seen: Value = serde_json::from_str(&seen).expect("what was seen");
    let user = person.sign_in(&server.browser())["user_id"].clone();
    let shown = json!({"sub": user, "acr": "urn:hodlxxi:acr:bitcoin", "amr": ["pop"], "access_level": "limited",
        "npub": person.npub()});
    for at in ["signed_in", "renewed", "reloaded"] {
        assert_eq!(seen[at], shown, "{at}");
    }
    // By requests of another origin, each of them.
    let asked = json!([
        "/.well-known/openid-configuration",
        "/oauth/jwks.json",
        "/oauth/revoke",
        "/oauth/token",
        "/oauth/userinfo"
    ]);
    assert_eq!(seen["asked"], asked);
    let refused = json!({"status": 400, "error": "invalid_grant"});
    assert_eq!(seen["after_sign_out"], refused);
}

#[test]
fn openid_client_of_npm_on_the_command_line() {
    let server = Server::start(&[]);
    let developer = server.browser();
    Person::named("a developer").sign_in(&developer);
    let fields = [("redirect_uris", "http://127.0.0.1/callback")];
    let made = make(&developer, "native", &fields);
    let start = || CommandLine::start(&server, &made.id);
    everybody_signs_in(&server, |browser| {
        let program = start();
        let page = sign_in_at(browser, &program.address);
        assert_eq!(
            (page.status, &*page.body),
            (200, "Go back to the program.\n")
        );
        let (said, succeeded) = program.end();
        assert!(succeeded, "{said}");
        known(&serde_json::from_str(&said).expect("JSON"))
    });

    let (program, browser) = (start(), server.browser());
    Person::named("not this one").sign_in(&browser);
    let page = browser.visit(&program.address);
    let stranger = format!("{}?code=made-up&state=made-up", program.callback());
    assert_eq!(browser.get(&stranger).status, 404, "it waits on");
    let answer = browser.submit(&page, &consent_form(&page), &[("decision", "deny")]);
    assert_eq!(browser.follow(answer).status, 200);
    let (said, succeeded) = program.end();
    assert!(said.starts_with("access_denied: ") && !succeeded, "{said}");
}
