//! What a client's page shows of programs is what the tests run: the guide's own, with the client's values.
//! Apache's settings are run as they are shown, in `relying_parties.rs`.

use hodlxxi_tests::guide::program;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::server::Server;

use super::{make, text_of};

#[test]
fn the_programs_are_the_guides_and_the_values_are_the_clients() {
    let server = Server::start(&[]);
    let browser = server.browser();
    Person::named("reader of programs").sign_in(&browser);
    let uri = "http://localhost:3000/callback";
    let made = make(&browser, "web", &[("redirect_uris", uri)]);
    let page = browser.get(&format!("/developers/clients/{}", made.id));
    for (id, language) in [("node", "js"), ("python", "python"), ("rust", "rust")] {
        let shown = text_of(&page, &format!("{id}-code"));
        assert_eq!(shown, program("relying-party.md", language), "{id}");
        let command = text_of(&page, &format!("{id}-command"));
        let start = format!("ISSUER={} CLIENT_ID={} ", server.issuer(), made.id);
        assert!(command.starts_with(&start), "{command}");
    }
    for id in ["spring", "apache"] {
        let shown = text_of(&page, &format!("{id}-code"));
        assert!(
            shown.contains(&made.id) && shown.contains(&server.issuer()),
            "{shown}"
        );
    }
    assert!(!page.body.contains(&made.secret.expect("a secret")));
    let machine = make(&browser, "machine", &[]);
    let page = browser.get(&format!("/developers/clients/{}", machine.id));
    let command = text_of(&page, "curl-command");
    assert!(
        command.contains(&format!("'{}:CLIENT_SECRET'", machine.id)),
        "{command}"
    );
}
