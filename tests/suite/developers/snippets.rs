//! What a client's page shows of programs is what the tests run: the guide's own, with the client's values.
//! Apache's settings and the browser's page are run as they are shown, in `relying_parties`; so is the command of machines here.

use std::process::Command;

use hodlxxi_tests::front::trust;
use hodlxxi_tests::guide::program;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::programs::output;
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::Value;

use super::{make, text_of};

#[test]
fn the_programs_are_the_guides_and_the_values_are_the_clients() {
    let server = Server::start(&[]);
    let browser = server.browser();
    Person::named("reader of programs").sign_in(&browser);
    let uri = "http://localhost:3000/callback";
    let made = make(&browser, "web", &[("redirect_uris", uri)]);
    let page = browser.get(&format!("/developers/clients/{}", made.id));
    for (id, language) in [
        ("node", "js"),
        ("python", "python"),
        ("rust", "rust"),
        ("ruby", "ruby"),
    ] {
        let shown = text_of(&page, &format!("{id}-code"));
        assert_eq!(shown, program("relying-party.md", language), "{id}");
        let command = text_of(&page, &format!("{id}-command"));
        let start = format!("ISSUER={} CLIENT_ID={} ", server.issuer(), made.id);
        assert!(command.starts_with(&start), "{command}");
    }
    let shown = text_of(&page, "apache-code");
    assert!(
        shown.contains(&made.id) && shown.contains(&server.issuer()),
        "{shown}"
    );
    assert!(!page.body.contains(&made.secret.expect("a secret")));

    let single_page = make(&browser, "single-page", &[("redirect_uris", uri)]);
    let page = browser.get(&format!("/developers/clients/{}", single_page.id));
    let whole = program("relying-party.md", "html")
        .replace("http://localhost:5000", &server.issuer())
        .replace("CLIENT_ID", &single_page.id);
    assert_eq!(text_of(&page, "single-page-code"), whole);
    let native = make(&browser, "native", &[("redirect_uris", uri)]);
    let page = browser.get(&format!("/developers/clients/{}", native.id));
    assert_eq!(
        text_of(&page, "native-code"),
        program("relying-party.md", "mjs")
    );
    let command = text_of(&page, "native-command");
    let start = format!("ISSUER={} CLIENT_ID={} ", server.issuer(), native.id);
    assert!(command.starts_with(&start), "{command}");
}

#[test]
fn the_command_of_a_machine_gets_a_token_that_opens_what_the_page_says() {
    let server = Server::start(&[]);
    let browser = server.browser();
    Person::named("keeper of machines").sign_in(&browser);
    let machine = make(&browser, "machine", &[]);
    let page = browser.get(&format!("/developers/clients/{}", machine.id));
    let command = text_of(&page, "curl-command").replace(
        "CLIENT_SECRET",
        machine.secret.as_deref().expect("a secret"),
    );
    let answer = output(trust(Command::new("sh").args(["-c", &command])));
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let token = text(&answer, "access_token");
    let opened = server.browser();
    let opened = opened.send(
        opened
            .request(Method::GET, "/api/demo/free")
            .bearer_auth(token),
    );
    assert_eq!(opened.status, 200, "{}", opened.body);
}
