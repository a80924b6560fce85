//! Relying parties that nobody here wrote, each doing a whole sign-in; three of them are the guide's own programs.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use hodlxxi_tests::application::Application;
use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::front::Certificate;
use hodlxxi_tests::guide::program;
use hodlxxi_tests::node::{build_folder, free_port};
use hodlxxi_tests::person::Person;
use hodlxxi_tests::programs::{Background, debian, output, repository, tests_folder};
use hodlxxi_tests::relying_party::{consent_form, register};
use hodlxxi_tests::server::Server;
use serde_json::Value;

use crate::developers::{make, text_of};

/// Opens the application's protected page as somebody signed in at the provider, allows what it asks, and answers
/// what the application shows in the end.
fn sign_in_at(server: &Server, person: &Person, address: &str) -> Answer {
    let browser = Browser::new(&server.issuer());
    person.sign_in(&browser);
    let consent = browser.visit(address);
    let form = consent_form(&consent);
    let answer = browser.submit(&consent, &form, &[("decision", "allow")]);
    browser.follow(answer)
}

#[track_caller]
fn knows(server: &Server, person: &Person, shown: &Answer) {
    let shown: Value = shown.json_with(200);
    assert_eq!(shown["sub"], person.sign_in(&server.browser())["user_id"]);
    assert_eq!(shown["access_level"], "limited");
    assert_eq!(shown["npub"], person.npub());
}

/// Signs in at a running application of the guide's and looks at what it then knows.
fn goes_through(application: &Application, server: &Server, person: &Person) {
    knows(
        server,
        person,
        &sign_in_at(server, person, &application.login),
    );
}

#[test]
fn openid_client_of_npm() {
    let server = Server::start(&[]);
    goes_through(&Application::node(&server), &server, &Person::named("node"));
}

#[test]
fn authlib_of_pypi() {
    let server = Server::start(&[]);
    goes_through(
        &Application::python(&server),
        &server,
        &Person::named("python"),
    );
}

#[test]
fn openidconnect_of_crates_io() {
    let shown = program("relying-party.md", "rust");
    let built = tests_folder().join("examples/relying_party.rs");
    let built = fs::read_to_string(built).expect("the example");
    assert_eq!(shown, built, "the guide shows the program that is built");
    let binary = build_folder().join("examples/relying_party");
    assert!(
        binary.is_file(),
        "{} is missing: run `make build`",
        binary.display()
    );
    let server = Server::start(&[]);
    let application = Application::start(&server, &mut Command::new(binary));
    goes_through(&application, &server, &Person::named("rust"));
}

/// The settings that the page of a new client shows for Apache, with the secret put in.
fn settings_for_apache(server: &Server, redirect_uri: &str) -> String {
    let developer = server.browser();
    Person::named("apache's operator").sign_in(&developer);
    let made = make(&developer, "web", &[("redirect_uris", redirect_uri)]);
    let page = developer.get(&format!("/developers/clients/{}", made.id));
    let secret = made.secret.expect("a secret");
    text_of(&page, "apache-code").replace("CLIENT_SECRET", &secret)
}

#[test]
fn apache_with_mod_auth_openidc() {
    let (server, person) = (Server::start(&[]), Person::named("apache"));
    let port = free_port();
    let settings = settings_for_apache(
        &server,
        &format!("http://localhost:{port}/private/callback"),
    );
    let home = tempfile::tempdir().expect("a folder");
    let page = home.path().join("htdocs/private/index.html");
    fs::create_dir_all(page.parent().expect("its folder")).expect("folders");
    fs::write(&page, "for those who signed in").expect("a page");
    let root = output(Command::new("id").arg("-u")) == "0";
    if root {
        // Apache gives up root: its workers must still read here.
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).expect("permissions");
    }
    let user = if root {
        "User www-data\nGroup www-data"
    } else {
        ""
    };
    let configuration =
        fs::read_to_string(tests_folder().join("interop/apache/relying-party.conf"))
            .expect("the template");
    let trust = Certificate::authority().map_or_else(String::new, |_| {
        let authority = Certificate::of_this_run().file("authority.pem");
        format!("OIDCCABundlePath {authority}")
    });
    let configuration = [
        ("@HOME@", path(home.path())),
        ("@PORT@", &port.to_string()),
        ("@USER@", user),
        ("@TRUST@", &trust),
        ("@SETTINGS@", &settings),
    ]
    .iter()
    .fold(configuration, |text, (word, value)| {
        text.replace(word, value)
    });
    let file = home.path().join("relying-party.conf");
    fs::write(&file, configuration).expect("the configuration");
    let mut apache = debian("apache2");
    let running = Background::start(apache.arg("-f").arg(&file).arg("-DFOREGROUND"));
    let _running = running.wait_for(port);
    let shown = sign_in_at(
        &server,
        &person,
        &format!("http://localhost:{port}/private/index.html"),
    );
    let log = fs::read_to_string(home.path().join("error.log")).unwrap_or_default();
    assert_eq!(shown.status, 200, "{}\n{log}", shown.body);
    assert_eq!(shown.body, "for those who signed in");
    assert_eq!(
        shown.header("x-subject"),
        person.sign_in(&server.browser())["user_id"].as_str()
    );
    assert_eq!(shown.header("x-npub"), Some(person.npub().as_str()));
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn the_guide_registers_as_it_says() {
    let server = Server::start(&[]);
    let guide =
        fs::read_to_string(repository().join("docs/guides/relying-party.md")).expect("the guide");
    let body = guide
        .split_once("-d '")
        .and_then(|(_, rest)| rest.split_once('\''))
        .expect("the curl command's body")
        .0;
    let metadata: Value = serde_json::from_str(body).expect("JSON");
    let answer = register(&server.browser(), &metadata).json_with(201);
    for member in [
        "client_id",
        "client_secret",
        "registration_access_token",
        "registration_client_uri",
    ] {
        assert!(answer[member].is_string(), "no {member}: {answer}");
    }
}
