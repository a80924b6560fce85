//! Pages: their headers, their forms, and a sign-in that uses nothing but them.

use hodlxxi_tests::browser::Answer;
use hodlxxi_tests::form::{forms, tags};
use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

const OPEN: [&str; 7] = [
    "/",
    "/developers",
    "/developers/playground",
    "/login",
    "/oauthx/docs",
    "/legal/privacy",
    "/legal/terms",
];

#[track_caller]
fn is_a_finished_page(page: &Answer) {
    let path = page.url.path();
    let header = |name: &str| {
        page.header(name)
            .unwrap_or_else(|| panic!("{path} has no {name}"))
    };
    assert!(header("content-type").starts_with("text/html"), "{path}");
    assert!(!header("x-request-id").is_empty());
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert!(page.header("referrer-policy").is_some(), "{path}");
    let policy = header("content-security-policy");
    for part in [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{path}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    for tag in tags(&page.body) {
        assert!(tag.name != "style", "inline style at {path}");
        assert!(
            tag.name != "script" || tag.attribute("src").is_some(),
            "inline script at {path}"
        );
        for (name, value) in &tag.attributes {
            assert!(
                name != "style" && !name.starts_with("on"),
                "{path}: <{} {name}={value}>",
                tag.name
            );
            let loads = name == "src" || (tag.name == "link" && name == "href");
            assert!(
                !loads || value.starts_with('/') || value.starts_with("data:"),
                "{path} loads {value}"
            );
        }
    }
    assert!(page.body.contains("lang=\"en\""), "{path}");
    let titles = tags(&page.body)
        .iter()
        .filter(|tag| tag.name == "title" && !tag.text.trim().is_empty())
        .count();
    let headings = tags(&page.body)
        .iter()
        .filter(|tag| tag.name == "h1")
        .count();
    assert!(
        titles == 1 && headings == 1,
        "{path}: {titles} titles, {headings} main headings"
    );
}

#[test]
fn every_page_is_whole_under_a_strict_policy_and_answers_head() {
    let server = Server::start(&[]);
    let browser = server.browser();
    for path in OPEN {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        is_a_finished_page(&page);
        let head = browser.send(browser.request(Method::HEAD, path));
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
    }
    Person::named("reader").sign_in(&browser);
    let account = browser.get("/account");
    assert_eq!(account.status, 200);
    is_a_finished_page(&account);
    assert_eq!(account.header("cache-control"), Some("no-store"));
}

#[test]
fn an_error_is_a_page_with_its_request_id() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let request = browser
        .request(Method::GET, "/no-such-page")
        .header("accept", "text/html");
    let page = browser.send(request);
    assert_eq!(page.status, 404);
    is_a_finished_page(&page);
    assert!(
        page.body
            .contains(page.header("x-request-id").expect("an id")),
        "{}",
        page.body
    );
    let api = browser.get("/api/no-such-endpoint");
    assert_eq!(api.status, 404);
    assert_eq!(api.header("content-type"), Some("application/problem+json"));
}

#[test]
fn a_person_signs_in_by_forms_alone() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("forms"));
    let login = browser.get("/login?continue=/legal/terms");
    let form = login.form("/login/challenge");
    let step = browser.submit(
        &login,
        &form,
        &[("identifier", &person.address(Form::Segwit))],
    );
    assert_eq!(step.status, 200, "{}", step.body);
    is_a_finished_page(&step);
    let challenge = tags(&step.body)
        .into_iter()
        .find(|tag| tag.attribute("id") == Some("challenge"))
        .expect("the challenge");
    let challenge = hodlxxi_tests::form::unescape(&challenge.text);
    let proof = step.form("/login/verify");
    let wrong = browser.submit(
        &step,
        &proof,
        &[("signature", &person.sign("something else"))],
    );
    assert!(
        wrong.status < 500 && wrong.location().is_none(),
        "{}",
        wrong.body
    );
    let proof = wrong.form("/login/verify");
    let done = browser.submit(
        &wrong,
        &proof,
        &[("signature", &person.sign_as(Form::Segwit, challenge.trim()))],
    );
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(done.location().expect("a location").path(), "/legal/terms");
    assert_eq!(
        browser.get("/api/session").json_with(200)["pubkey"],
        person.pubkey()
    );
}

#[test]
fn a_nostr_key_signs_in_by_forms_alone() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("nostr forms"));
    let login = browser.get("/login");
    let form = login.form("/login/challenge");
    let step = browser.submit(&login, &form, &[("identifier", &person.npub())]);
    let shown = tags(&step.body)
        .into_iter()
        .find(|tag| tag.attribute("id") == Some("challenge"))
        .expect("the challenge");
    let challenge = hodlxxi_tests::form::unescape(&shown.text);
    let event = person
        .nostr_sign_in(&server.issuer(), challenge.trim())
        .to_string();
    let done = browser.submit(&step, &step.form("/login/verify"), &[("signature", &event)]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(
        browser.get("/api/session").json_with(200)["acr"],
        "urn:hodlxxi:acr:nostr"
    );
}

#[test]
fn continue_leads_nowhere_but_here() {
    let server = Server::start(&[]);
    for target in [
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org",
        "javascript:alert(1)",
        "/%0d%0aX: y",
        "\\\\evil",
    ] {
        let (browser, person) = (server.browser(), Person::named("careful"));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("continue", target)
            .finish();
        let login = browser.get(&format!("/login?{query}"));
        let step = browser.submit(
            &login,
            &login.form("/login/challenge"),
            &[("identifier", &person.pubkey())],
        );
        let shown = tags(&step.body)
            .into_iter()
            .find(|tag| tag.attribute("id") == Some("challenge"))
            .expect("the challenge");
        let signature = person.sign(shown.text.trim());
        let done = browser.submit(
            &step,
            &step.form("/login/verify"),
            &[("signature", &signature)],
        );
        let location = done
            .location()
            .unwrap_or_else(|| panic!("{target}: {}", done.body));
        assert_eq!(location.origin(), browser.get("/").url.origin(), "{target}");
    }
}

#[test]
fn every_form_carries_a_token_and_is_refused_without_it() {
    let server = Server::start(&[("HODLXXI_GUEST_LOGIN", "on")]);
    let browser = server.browser();
    Person::named("forms").sign_in(&browser);
    let elsewhere = server.browser();
    for path in ["/login", "/account", "/oauth/logout"] {
        let page = browser.get(path);
        let forms: Vec<_> = forms(&page.body)
            .into_iter()
            .filter(|form| form.post)
            .collect();
        assert!(!forms.is_empty(), "{path}");
        for form in forms {
            assert!(
                form.value("csrf").is_some_and(|token| token.len() >= 22),
                "{path}: {form:?}"
            );
            let without = browser.submit(&page, &form.clone().without("csrf"), &[]);
            assert_eq!(
                without.status, 403,
                "{path} {}: {}",
                form.action, without.body
            );
            let stolen = elsewhere.submit(&page, &form, &[]);
            assert_eq!(
                stolen.status, 403,
                "{path} {} with another browser's token: {}",
                form.action, stolen.body
            );
        }
    }
    assert_eq!(
        browser.get("/api/session").status,
        200,
        "nothing of that did anything"
    );
}

#[test]
fn the_account_page_shows_and_ends_what_is_there() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("account"));
    person.sign_in(&browser);
    let other = server.browser();
    person.sign_in(&other);
    let account = browser.get("/account");
    let named = browser.submit(
        &account,
        &account.form("/account/profile"),
        &[("name", "Alice <b>")],
    );
    assert!(named.status < 400, "{}", named.body);
    let account = browser.get("/account");
    assert!(
        !account.body.contains("Alice <b>") && account.body.contains("Alice &"),
        "{}",
        account.body
    );
    assert!(
        account.body.contains(&person.npub()[..10])
            || account.body.contains(&person.pubkey()[..10])
    );
    let ended = browser.submit(&account, &account.form("/account/sessions/end-others"), &[]);
    assert!(ended.status < 400, "{}", ended.body);
    assert_eq!(other.get("/api/session").status, 401);
    assert_eq!(browser.get("/api/session").status, 200);
    let anonymous = server.browser().get("/account");
    assert_eq!(
        anonymous
            .location()
            .map(|url| url.path().to_owned())
            .as_deref(),
        Some("/login")
    );
    assert!(browser.post_json("/api/logout", &json!({})).status < 300);
}

#[test]
fn security_txt_says_where_to_report() {
    let server = Server::start(&[]);
    let text = server.browser().get("/.well-known/security.txt");
    assert_eq!(text.status, 200);
    assert!(
        text.header("content-type")
            .expect("a type")
            .starts_with("text/plain")
    );
    for field in ["Contact: ", "Expires: "] {
        assert!(
            text.body.lines().any(|line| line.starts_with(field)),
            "{field}: {}",
            text.body
        );
    }
}
