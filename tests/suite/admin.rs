//! The administrators' pages: what they do, and that for everybody else they are not there.

use hodlxxi_tests::audit::export;
use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::form::{Form, forms, unescape};
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

use crate::developers::make;

const PAGES: [&str; 5] = [
    "/admin",
    "/admin/clients",
    "/admin/users",
    "/admin/audit",
    "/admin/users/somebody",
];

/// A server with an administrator who is signed in.
fn administrated(installation: Option<Installation>) -> (Server, Browser) {
    let admin = Person::named("the administrator");
    let settings = [
        ("HODLXXI_ADMIN_KEYS", admin.pubkey()),
        ("HODLXXI_GUEST_LOGIN", "on".to_owned()),
    ];
    let settings = settings
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let server = match installation {
        Some(installation) => Server::start_on(installation, &settings),
        None => Server::start(&settings),
    };
    let browser = server.browser();
    assert_eq!(admin.sign_in(&browser)["access_level"], "special");
    (server, browser)
}

/// The one form of a page that changes something at `action`.
#[track_caller]
fn form_to(page: &Answer, action: &str) -> Form {
    let mut found = forms(&page.body).into_iter();
    let found = found.find(|form| form.post && form.action == action);
    found.unwrap_or_else(|| panic!("no form to {action} at {}: {}", page.url, page.body))
}

/// Does something with the client that a search for `query` finds alone; the page afterwards.
#[track_caller]
fn act_on(browser: &Browser, query: &str, act: &str) -> Answer {
    let page = browser.get(&format!("/admin/clients?q={query}"));
    let form = form_to(&page, "/admin/clients");
    let done = browser.submit(&page, &form, &[("act", act)]);
    assert_eq!(done.status, 303, "{act}: {}", done.body);
    let page = browser.follow(done);
    assert!(
        page.body.contains("Done, and written to the audit log"),
        "{act}: {}",
        page.body
    );
    page
}

#[test]
fn for_everybody_else_the_pages_are_not_there() {
    let (server, admin) = administrated(None);
    let (guest, person) = (server.browser(), server.browser());
    guest.post_json("/api/guest", &json!({})).json_with(200);
    let other = Person::named("no administrator").sign_in(&person)["user_id"].clone();
    let other = other.as_str().expect("an id");
    let page = admin.get(&format!("/admin/users/{other}"));
    assert_eq!(page.status, 200);
    for browser in [&server.browser(), &guest, &person] {
        for path in PAGES {
            assert_eq!(browser.get(path).status, 404, "{path}");
        }
        assert_eq!(browser.get(&format!("/admin/users/{other}")).status, 404);
        let login = browser.get("/login");
        let mut form = login.form("/login/challenge");
        for (action, fields) in [
            (
                "/admin/clients".to_owned(),
                [("client_id", "playground"), ("act", "disable")],
            ),
            (
                format!("/admin/users/{other}"),
                [("x", ""), ("act", "special")],
            ),
        ] {
            form.action = action;
            assert_eq!(
                browser.submit(&login, &form, &fields).status,
                404,
                "{}",
                form.action
            );
        }
    }
    assert_eq!(admin.get("/admin/users/no-such-account").status, 404);
    assert!(!person.get("/").body.contains("href=\"/admin\""));
    assert!(admin.get("/").body.contains("href=\"/admin\""));
}

#[test]
fn clients_are_found_vouched_for_tiered_and_disabled() {
    let (server, admin) = administrated(None);
    let client = RelyingParty::register(&server, &json!({"client_name": "The <b>Shop</b>"}));
    RelyingParty::register(&server, &json!({"client_name": "Another"}));
    let person = server.browser();
    Person::named("customer").sign_in(&person);
    let asked = || person.get(&client.request(&[("prompt", "consent")])).body;
    assert!(asked().contains("not verified"));
    for query in ["the%20%3CB%3Esh", client.id.as_str()] {
        let page = admin.get(&format!("/admin/clients?q={query}"));
        assert!(
            page.body.contains(&client.id) && !page.body.contains("Another"),
            "{query}"
        );
        assert!(!page.body.contains("<b>Shop"), "{}", page.body);
    }
    assert!(
        admin
            .get("/admin/clients?q=rp.example.org")
            .body
            .contains("Another")
    );

    act_on(&admin, &client.id, "verify");
    assert!(!asked().contains("not verified"));
    act_on(&admin, &client.id, "unverify");
    assert!(asked().contains("not verified"));
    let page = act_on(&admin, &client.id, "premium");
    assert!(page.body.contains("premium"));
    let tokens = client.sign_in(&person, "openid");
    let access = tokens["access_token"].as_str().expect("a token");
    act_on(&admin, &client.id, "disable");
    assert_eq!(client.userinfo(access).status, 401);
    client
        .token(&[("grant_type", "client_credentials")])
        .is_oauth_error(401, "invalid_client");
    act_on(&admin, &client.id, "enable");
    assert_eq!(client.sign_in(&person, "openid")["token_type"], "Bearer");

    let page = admin.get(&format!("/admin/clients?q={}", client.id));
    let form = form_to(&page, "/admin/clients");
    assert_eq!(
        admin.submit(&page, &form, &[("act", "explode")]).status,
        400
    );
    let gone = admin.submit(&page, &form, &[("client_id", "no-such"), ("act", "verify")]);
    assert!(admin.follow(gone).body.contains("no longer there"));

    let acts = export(|arguments| server.run(arguments), &[]);
    let by_admin: Vec<_> = acts
        .iter()
        .filter(|entry| {
            entry["actor"] == "administrator" && entry["client_id"] == client.id.as_str()
        })
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    let expected = [
        "admin.client_verified",
        "admin.client_unverified",
        "admin.client_tier_set",
        "admin.client_disabled",
        "admin.client_enabled",
    ];
    assert_eq!(by_admin, expected);
}

#[test]
fn accounts_are_found_promoted_and_disabled_but_nobodys_own() {
    let (server, admin) = administrated(None);
    let (browser, person) = (server.browser(), Person::named("<subject>"));
    let user = person.sign_in(&browser)["user_id"].clone();
    let user = user.as_str().expect("an id");
    let own = make(
        &browser,
        "single-page",
        &[("name", "Their own"), ("redirect_uris", CALLBACK)],
    );
    for named in [user, &person.npub(), &person.pubkey()] {
        let found = admin.get(&format!("/admin/users?q={named}"));
        let to = found
            .location()
            .unwrap_or_else(|| panic!("{named}: {}", found.body));
        assert_eq!(to.path(), format!("/admin/users/{user}"));
    }
    let none = admin.get("/admin/users?q=npub1nobody");
    assert!(
        none.status == 200 && none.body.contains("There is no account"),
        "{}",
        none.body
    );
    let action = format!("/admin/users/{user}");
    let act = |act: &str| {
        let page = admin.get(&action);
        let done = admin.submit(&page, &form_to(&page, &action), &[("act", act)]);
        assert_eq!(done.status, 303, "{act}: {}", done.body);
        admin.follow(done)
    };
    let page = admin.get(&action);
    let link = format!("<a href=\"/admin/clients?q={}\">Their own", own.id);
    assert!(page.body.contains(&link) && page.body.contains(&person.pubkey()));
    let said = |arguments: &[&str]| {
        let output = server.run(arguments);
        String::from_utf8(output.stdout).expect("text")
    };
    assert!(said(&["user", "show", user]).contains(&format!("{} Their own", own.id)));
    assert!(act("full").body.contains("full"));
    let level =
        |browser: &Browser| browser.get("/api/session").json_with(200)["access_level"].clone();
    assert_eq!(level(&browser), "full");
    act("limited");
    assert_eq!(level(&browser), "limited");
    act("disable");
    assert_eq!(browser.get("/api/session").status, 401);
    // The client goes on, and is found from here.
    let page = admin.get(&action);
    assert!(page.body.contains(&link), "{}", page.body);
    let shown: Value =
        serde_json::from_str(&said(&["user", "show", user, "--json"])).expect("JSON");
    let client = json!([{"client_id": own.id, "client_name": "Their own", "disabled_at": null}]);
    assert_eq!(shown["clients"], client);
    act("enable");
    person.sign_in(&browser);
    assert!(browser.get("/developers").body.contains(&own.id));

    let me = admin.get("/api/session").json_with(200)["user_id"].clone();
    let mine = format!("/admin/users/{}", me.as_str().expect("an id"));
    let page = admin.get(&mine);
    let refused = admin.submit(&page, &form_to(&page, &mine), &[("act", "disable")]);
    assert!(admin.follow(refused).body.contains("their own access"));
    assert_eq!(admin.get("/api/session").status, 200);
}

#[test]
fn the_audit_log_is_filtered_and_paged() {
    let (server, admin) = administrated(None);
    let (browser, person) = (server.browser(), Person::named("logged"));
    let mut user = Value::Null;
    for _ in 0..25 {
        user = person.sign_in(&browser)["user_id"].clone();
    }
    let user = user.as_str().expect("an id");
    let client = RelyingParty::register(&server, &json!({}));
    act_on(&admin, &client.id, "verify");
    let entries = |body: &str| body.matches("<h2 class=\"mono\">").count();
    let page = admin.get(&format!("/admin/audit?person={user}"));
    assert_eq!(entries(&page.body), 20, "{}", page.body);
    let next = page
        .body
        .split("class=\"button\" href=\"")
        .nth(1)
        .expect("a further page");
    let next = unescape(next.split('"').next().expect("an address"));
    assert_eq!(entries(&admin.get(&next).body), 5);
    let page = admin.get(&format!("/admin/audit?client={}&action=admin.", client.id));
    assert_eq!(entries(&page.body), 1, "{}", page.body);
    assert!(page.body.contains("admin.client_verified") && page.body.contains("administrator"));
    let none = admin.get(&format!(
        "/admin/audit?client={}&action=keys.rotated",
        client.id
    ));
    assert!(none.body.contains("Nothing found"), "{}", none.body);
    assert_eq!(admin.get("/admin/audit?person=%3Cb%3E").status, 400);
    let overview = admin.get("/admin");
    assert!(overview.body.contains("hodlxxi audit verify") && overview.body.contains("Last seal"));
}

#[test]
fn changes_ask_for_a_sign_in_of_the_last_five_minutes() {
    let (server, admin) = administrated(Some(Installation::Sqlite));
    let client = RelyingParty::register(&server, &json!({}));
    let page = admin.get(&format!("/admin/clients?q={}", client.id));
    let form = form_to(&page, "/admin/clients");
    let database = server.data_dir().join("hodlxxi.db");
    let older = "UPDATE sessions SET auth_time = auth_time - 301";
    output(debian("sqlite3").arg(&database).arg(older));
    let refused = admin.submit(&page, &form, &[("act", "verify")]);
    let login = refused
        .location()
        .unwrap_or_else(|| panic!("{}", refused.body));
    assert_eq!(login.path(), "/login");
    let again = login.query_pairs().find(|(name, _)| name == "continue");
    let again = again.expect("a way back").1.into_owned();
    assert_eq!(again, format!("/admin/clients?q={}", client.id));
    assert!(
        admin.get(&again).body.contains("not verified"),
        "nothing was done"
    );
    Person::named("the administrator").sign_in(&admin);
    act_on(&admin, &client.id, "verify");
}
