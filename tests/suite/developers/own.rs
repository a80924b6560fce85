//! Clients of one's own: each form, and each way to be refused.

use hodlxxi_tests::audit::export;
use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::form::{Form, forms, unescape};
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Made, fill, make, text_of};

fn somebody(server: &Server, name: &str) -> Browser {
    let browser = server.browser();
    Person::named(name).sign_in(&browser);
    browser
}

fn relying_party(server: &Server, made: &Made) -> RelyingParty {
    RelyingParty {
        id: made.id.clone(),
        secret: made.secret.clone(),
        registration: Value::Null,
        line: server.browser(),
    }
}

/// Asks for a machine's token with this secret.
fn machine_token(server: &Server, id: &str, secret: &str) -> Answer {
    let line = server.browser();
    let request = line.request(Method::POST, "/oauth/token");
    line.send(
        request
            .basic_auth(id, Some(secret))
            .form(&[("grant_type", "client_credentials")]),
    )
}

/// The form of a client's page that goes to its address and `path`.
#[track_caller]
fn form_to(page: &Answer, made: &Made, path: &str) -> Form {
    let action = format!("/developers/clients/{}{path}", made.id);
    let mut found = forms(&page.body).into_iter();
    let found = found.find(|form| form.action == action);
    found.unwrap_or_else(|| panic!("no form to {action}: {}", page.body))
}

fn page_of(browser: &Browser, made: &Made) -> Answer {
    browser.get(&format!("/developers/clients/{}", made.id))
}

#[test]
fn clients_of_every_kind_are_made_and_work() {
    let server = Server::start(&[("HODLXXI_REGISTRATION", "off")]);
    let browser = somebody(&server, "maker");
    let fields = [
        ("name", "The Shop"),
        ("redirect_uris", CALLBACK),
        ("scope.offline_access", "on"),
    ];
    for kind in ["web", "single-page", "native"] {
        let made = make(&browser, kind, &fields);
        assert_eq!(made.secret.is_some(), kind == "web", "{kind}");
        let client = relying_party(&server, &made);
        let tokens = client.sign_in(&browser, "openid profile offline_access");
        assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
        let refused = client.authorize(&browser, &[("scope", "openid chat:read")]);
        assert!(
            refused
                .query()
                .unwrap_or_default()
                .contains("invalid_scope"),
            "{refused}"
        );
    }
    let machine = make(&browser, "machine", &[("name", "A machine")]);
    let token = machine_token(
        &server,
        &machine.id,
        machine.secret.as_deref().expect("a secret"),
    );
    assert_eq!(token.json_with(200)["scope"], "read_limited");

    let list = browser.get("/developers");
    assert_eq!(list.body.matches("/developers/clients/").count(), 4);
    let native = make(
        &browser,
        "native",
        &[(
            "redirect_uris",
            "com.example.app:/callback\r\nhttp://127.0.0.1/cb",
        )],
    );
    let page = page_of(&browser, &native);
    assert!(
        page.body.contains("com.example.app:/callback"),
        "{}",
        page.body
    );
    let shown = server.browser().get("/developers");
    assert!(shown.status == 200 && !shown.body.contains(&machine.id));
}

#[test]
fn a_redirect_uri_is_refused_in_words_and_what_was_entered_stays() {
    let server = Server::start(&[]);
    let browser = somebody(&server, "careless");
    for (uri, why) in [
        (
            "http://rp.example.org/cb",
            "Plain http is for this machine alone",
        ),
        ("https://rp.example.org/cb#top", "has no fragment"),
        ("https://*.example.org/cb", "has no wildcard"),
        ("https://user@rp.example.org/cb", "no user name or password"),
        ("com.example.app:/cb", "not for web applications"),
        ("javascript:alert(1)", "not for web applications"),
        ("rp.example.org/cb", "not a whole address"),
        ("https://rp.example.org/c b", "not a whole address"),
        ("", "at least one redirect URI"),
    ] {
        let both = format!("{CALLBACK}\r\n{uri}");
        let entered = if uri.is_empty() { uri } else { &both };
        let fields = [("name", "A <b>shop</b>"), ("redirect_uris", entered)];
        let refused = fill(&browser, "web", &fields);
        let body = unescape(&refused.body);
        assert_eq!(refused.status, 200, "{uri}");
        assert!(body.contains(why), "{uri}: {body}");
        let form = refused.form("/developers/new");
        assert_eq!(form.value("name"), Some("A <b>shop</b>"));
        assert_eq!(
            form.value("redirect_uris").map(str::trim),
            Some(both.trim())
                .filter(|_| !uri.is_empty())
                .map(|text| text.replace("\r\n", "\n"))
                .as_deref()
                .or(Some(""))
        );
        assert!(!refused.body.contains("A <b>shop"));
    }
    let native = fill(&browser, "native", &[("redirect_uris", "myapp:/cb")]);
    assert!(
        unescape(&native.body).contains("a domain of yours in reverse"),
        "{}",
        native.body
    );
    let key = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
    let private = fill(
        &browser,
        "web",
        &[("name", key), ("redirect_uris", CALLBACK)],
    );
    assert!(private.body.contains("private key") && !private.body.contains(key));
    assert!(!server.log().contains(key));
    assert!(
        !browser
            .get("/developers")
            .body
            .contains("/developers/clients/")
    );
}

#[test]
fn another_persons_client_is_not_there() {
    let server = Server::start(&[]);
    let (owner, other) = (somebody(&server, "owner"), somebody(&server, "another"));
    let theirs = make(&owner, "web", &[("redirect_uris", CALLBACK)]);
    let mine = make(&other, "web", &[("redirect_uris", CALLBACK)]);
    let registered = RelyingParty::register(&server, &json!({})).id;
    let page = page_of(&other, &mine);
    for id in [theirs.id.as_str(), &registered, "no-such-client", "%2e%2e"] {
        assert_eq!(
            other.get(&format!("/developers/clients/{id}")).status,
            404,
            "{id}"
        );
        for path in ["", "/secret", "/secret/end-old", "/delete"] {
            let mut form = page.form(&format!("/developers/clients/{}", mine.id));
            form.action = format!("/developers/clients/{id}{path}");
            let answer = other.submit(&page, &form, &[("name", "Taken over")]);
            assert_eq!(answer.status, 404, "{id}{path}: {}", answer.body);
        }
    }
    assert_eq!(page_of(&owner, &theirs).status, 200);
    assert!(!page_of(&owner, &theirs).body.contains("Taken over"));
}

#[test]
fn guests_and_strangers_have_no_clients() {
    let server = Server::start(&[("HODLXXI_GUEST_LOGIN", "on")]);
    let browser = server.browser();
    let asked = browser.get("/developers/new?kind=web");
    let to_login = asked.location().expect("a way to sign in");
    assert_eq!(
        (to_login.path(), to_login.query()),
        ("/login", Some("continue=%2Fdevelopers%2Fnew%3Fkind%3Dweb"))
    );
    let mut form = browser.get("/login").form("/login/guest");
    form.action = "/developers/new".to_owned();
    let fields = [("kind", "web"), ("redirect_uris", CALLBACK)];
    let login = browser.get("/login");
    assert_eq!(browser.submit(&login, &form, &fields).status, 401);
    browser.post_json("/api/guest", &json!({})).json_with(200);
    assert_eq!(
        browser
            .get("/developers/new?kind=web")
            .location()
            .map(|to| to.path().to_owned())
            .as_deref(),
        Some("/developers")
    );
    let refused = browser.submit(&login, &form, &fields);
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(
        browser
            .get("/developers")
            .body
            .contains("Guests have no applications")
    );
    let unsound = browser.submit(&login, &form, &[("kind", "spaceship")]);
    assert_eq!(unsound.status, 400);
}

#[test]
fn a_person_has_at_most_twenty() {
    let server = Server::start(&[]);
    let browser = somebody(&server, "collector");
    let fields = [("redirect_uris", CALLBACK)];
    let first = make(&browser, "native", &fields);
    for _ in 1..20 {
        make(&browser, "native", &fields);
    }
    assert!(
        browser
            .get("/developers")
            .body
            .contains("as many applications as one person may have")
    );
    let refused = fill(&browser, "native", &fields);
    assert!(
        refused.body.contains("Delete one first"),
        "{}",
        refused.body
    );
    let page = page_of(&browser, &first);
    let gone = browser.submit(&page, &form_to(&page, &first, "/delete"), &[]);
    assert_eq!(gone.location().expect("the list").path(), "/developers");
    assert_eq!(page_of(&browser, &first).status, 404);
    make(&browser, "native", &fields);
}

#[test]
fn a_new_secret_overlaps_with_the_old_one_until_that_is_ended() {
    let server = Server::start(&[]);
    let browser = somebody(&server, "rotator");
    let made = make(&browser, "machine", &[("name", "A machine")]);
    let first = made.secret.as_deref().expect("a secret");
    let page = page_of(&browser, &made);
    assert!(!page.body.contains(first), "it is shown once");
    let rotated = browser.submit(&page, &form_to(&page, &made, "/secret"), &[]);
    let second = text_of(&rotated, "client-secret");
    assert!(
        rotated.body.contains("The old secret is good too until"),
        "{}",
        rotated.body
    );
    let works = |secret: &str| machine_token(&server, &made.id, secret).status == 200;
    assert!(works(first) && works(&second) && second != first);
    let page = page_of(&browser, &made);
    assert!(
        page.body.contains("Two secrets are good now"),
        "{}",
        page.body
    );
    let ended = browser.submit(&page, &form_to(&page, &made, "/secret/end-old"), &[]);
    assert_eq!(ended.status, 303, "{}", ended.body);
    machine_token(&server, &made.id, first).is_oauth_error(401, "invalid_client");
    assert!(works(&second));
    let page = page_of(&browser, &made);
    assert!(!page.body.contains("Two secrets are good now"));
    let third = text_of(
        &browser.submit(&page, &form_to(&page, &made, "/secret"), &[]),
        "client-secret",
    );
    let page = page_of(&browser, &made);
    let fourth = text_of(
        &browser.submit(&page, &form_to(&page, &made, "/secret"), &[]),
        "client-secret",
    );
    assert!(
        !works(&second) && works(&third) && works(&fourth),
        "never three"
    );
    // An operator's rotation ends all of them.
    let output = server.run(&["client", "rotate-secret", &made.id]);
    assert!(output.status.success(), "{output:?}");
    assert!(!works(&third) && !works(&fourth));
}

#[test]
fn changes_are_kept_and_told_to_the_audit_log() {
    let server = Server::start(&[]);
    let browser = somebody(&server, "changer");
    let made = make(
        &browser,
        "web",
        &[
            ("name", "Before"),
            ("redirect_uris", "https://old.example.org/cb"),
        ],
    );
    let page = page_of(&browser, &made);
    let form = form_to(&page, &made, "");
    let refused = browser.submit(&page, &form, &[("redirect_uris", "http://rp.example.org/")]);
    assert!(
        refused.status == 200 && refused.body.contains("aria-invalid"),
        "{}",
        refused.body
    );
    let fields = [
        ("name", "After"),
        ("redirect_uris", CALLBACK),
        ("post_logout_redirect_uris", "https://rp.example.org/bye"),
    ];
    let saved = browser.submit(&page, &form, &fields);
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = browser.follow(saved);
    assert!(
        page.body.contains("The changes are saved")
            && page.body.contains("https://rp.example.org/bye")
    );
    let client = relying_party(&server, &made);
    let tokens = client.sign_in(&browser, "openid profile");
    let access = tokens["access_token"].as_str().expect("a token");
    let old = browser.get(&client.request(&[("redirect_uri", "https://old.example.org/cb")]));
    assert!(
        old.location().is_none() && old.status == 400,
        "{}",
        old.body
    );
    let gone = browser.submit(&page, &form_to(&page, &made, "/delete"), &[]);
    assert!(
        browser
            .follow(gone)
            .body
            .contains("The application is deleted")
    );
    assert_eq!(client.userinfo(access).status, 401);

    let told: Vec<_> = export(|arguments| server.run(arguments), &[])
        .into_iter()
        .filter(|entry| entry["client_id"] == made.id.as_str() && entry["actor"] == "person")
        .filter_map(|entry| entry["action"].as_str().map(str::to_owned))
        .collect();
    for action in [
        "oauth.client_registered",
        "oauth.client_updated",
        "oauth.client_deleted",
    ] {
        assert!(told.iter().any(|word| word == action), "{action}: {told:?}");
    }
    assert!(
        browser
            .get("/account")
            .body
            .contains("Deleted an application")
    );
}

#[test]
fn an_old_secret_ends_by_itself() {
    let server = Server::start_on(Installation::Sqlite, &[]);
    let browser = somebody(&server, "forgetful");
    let made = make(&browser, "machine", &[]);
    let first = made.secret.as_deref().expect("a secret");
    let page = page_of(&browser, &made);
    let rotated = browser.submit(&page, &form_to(&page, &made, "/secret"), &[]);
    let second = text_of(&rotated, "client-secret");
    let works = |secret: &str| machine_token(&server, &made.id, secret).status == 200;
    let database = server.data_dir().join("hodlxxi.db");
    for (seconds, good) in [(86_390, true), (11, false)] {
        let later =
            format!("UPDATE clients SET previous_secret_until = previous_secret_until - {seconds}");
        output(debian("sqlite3").arg(&database).arg(later));
        assert_eq!(works(first), good, "{seconds} seconds later");
        assert!(works(&second));
        let page = page_of(&browser, &made);
        assert_eq!(page.body.contains("Two secrets are good now"), good);
    }
}
