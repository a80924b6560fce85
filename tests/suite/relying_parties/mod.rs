//! Relying parties that nobody here wrote, each doing whole sign-ins with keys of every kind; all but Apache are the
//! guide's own programs.

mod public_clients;

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use hodlxxi_tests::application::Application;
use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::front::Certificate;
use hodlxxi_tests::guide::program;
use hodlxxi_tests::kind::Kind;
use hodlxxi_tests::node::{build_folder, free_port};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::programs::{Background, debian, output, repository, tests_folder};
use hodlxxi_tests::relying_party::{consent_form, register};
use hodlxxi_tests::server::Server;
use serde_json::Value;

use crate::developers::{make, text_of};

/// Opens the application's protected page in a browser that is signed in at the provider, allows what it asks where it
/// does, and answers what the application shows in the end.
fn sign_in_at(browser: &Browser, address: &str) -> Answer {
    let page = browser.visit(address);
    if page.url.origin().ascii_serialization() != browser.origin() {
        return page;
    }
    let form = consent_form(&page);
    let answer = browser.submit(&page, &form, &[("decision", "allow")]);
    browser.follow(answer)
}

/// What an application knows of somebody who signed in.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    sub: String,
    acr: String,
    amr: String,
    npub: String,
}

/// Everybody signs in at an application, which `sign_in` does with a browser that is signed in at the provider: people
/// with one key of each kind, and then somebody with a key of every kind, who is the same person by each.
fn everybody_signs_in(server: &Server, sign_in: impl Fn(&Browser) -> Known) {
    let knows = |browser: &Browser, kind: Kind, user: &Value, shown: &Person| {
        let known = sign_in(browser);
        let expected = Known {
            sub: user.as_str().expect("an account").to_owned(),
            acr: kind.acr(),
            amr: "pop".to_owned(),
            npub: shown.npub(),
        };
        assert_eq!(known, expected, "by {kind:?}");
    };
    let mut accounts = BTreeSet::new();
    for kind in Kind::ALL {
        let (browser, person) = (server.browser(), Person::named(kind.as_str()));
        let session = kind.sign_in(&person, &browser);
        knows(&browser, kind, &session["user_id"], &person);
        accounts.insert(session["user_id"].to_string());
    }
    assert_eq!(accounts.len(), Kind::ALL.len());

    let keys = Kind::ALL.map(|kind| (kind, Person::named(&format!("linked {}", kind.as_str()))));
    let browser = server.browser();
    let (first, primary) = &keys[0];
    let user = first.sign_in(primary, &browser)["user_id"].clone();
    for (kind, key) in &keys[1..] {
        kind.link(key, &browser);
    }
    for (kind, key) in &keys {
        let browser = server.browser();
        let session = kind.sign_in(key, &browser);
        assert_eq!(
            (&session["user_id"], &session["acr"]),
            (&user, &kind.acr().into())
        );
        knows(&browser, *kind, &user, primary);
    }
}

/// A server that lets nobody leave PKCE out: these all do it.
fn strict() -> Server {
    Server::start(&[("HODLXXI_REQUIRE_PKCE", "on")])
}

/// What one of the guide's programs shows of who signed in.
#[track_caller]
fn known(shown: &Value) -> Known {
    assert_eq!(shown["access_level"], "limited");
    let amr = shown["amr"].as_array().expect("a list");
    let amr: Vec<_> = amr.iter().filter_map(Value::as_str).collect();
    Known {
        sub: text(shown, "sub").to_owned(),
        acr: text(shown, "acr").to_owned(),
        amr: amr.join(","),
        npub: text(shown, "npub").to_owned(),
    }
}

/// Signs everybody in at a running application of the guide's.
fn goes_through(application: &Application, server: &Server) {
    everybody_signs_in(server, |browser| {
        known(&sign_in_at(browser, &application.login).json_with(200))
    });
}

#[test]
fn openid_client_of_npm() {
    let server = strict();
    goes_through(&Application::node(&server), &server);
}

#[test]
fn authlib_of_pypi() {
    let server = strict();
    goes_through(&Application::python(&server), &server);
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
    let server = strict();
    let application = Application::start(&server, &mut Command::new(binary));
    goes_through(&application, &server);
}

#[test]
fn openid_connect_of_ruby() {
    let server = strict();
    let application = Application::ruby(&server);
    goes_through(&application, &server);
    // An answer that belongs to no sign-in of this browser, and a person who does not allow it.
    let stranger = server.browser();
    let callback = application.login.replace("/login", "/callback");
    let refused = stranger.get(&format!("{callback}?code=made-up&state=made-up"));
    assert_eq!(
        (refused.status, &*refused.body),
        (400, "not a sign-in of this browser\n")
    );
    Person::named("not this one").sign_in(&stranger);
    let page = stranger.visit(&application.login);
    let answer = stranger.submit(&page, &consent_form(&page), &[("decision", "deny")]);
    let refused = stranger.follow(answer);
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.starts_with("access_denied"),
        "{}",
        refused.body
    );
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
    let server = strict();
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
    let address = format!("http://localhost:{port}/private/index.html");
    everybody_signs_in(&server, |browser| {
        let page = sign_in_at(browser, &address);
        let log = fs::read_to_string(home.path().join("error.log")).unwrap_or_default();
        assert_eq!(page.status, 200, "{}\n{log}", page.body);
        assert_eq!(page.body, "for those who signed in");
        let header = |name| page.header(name).unwrap_or_default().to_owned();
        Known {
            sub: header("x-subject"),
            acr: header("x-acr"),
            amr: header("x-amr"),
            npub: header("x-npub"),
        }
    });
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn the_guide_registers_as_it_says() {
    let server = Server::start(&[]);
    let guide =
        fs::read_to_string(repository().join("docs/guides/relying-party.md")).expect("the guide");
    let bodies = guide.split("-d '").skip(1).map(|rest| {
        let (body, _) = rest.split_once('\'').expect("the curl command's body");
        serde_json::from_str::<Value>(body).expect("JSON")
    });
    let secrets = bodies.map(|metadata| {
        let answer = register(&server.browser(), &metadata).json_with(201);
        for member in [
            "client_id",
            "registration_access_token",
            "registration_client_uri",
        ] {
            assert!(answer[member].is_string(), "no {member}: {answer}");
        }
        answer["client_secret"].is_string()
    });
    // The web application, the one in the browser, and the one on a person's machine.
    assert_eq!(secrets.collect::<Vec<_>>(), [true, false, false]);
}
