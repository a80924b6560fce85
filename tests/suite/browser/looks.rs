//! Every page looked at in three sizes, light and dark, with JavaScript and without, and in German: axe-core finds
//! nothing, the keyboard reaches everything, nothing is wider than the window, nothing leaves the origin or breaks the policy.

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::form::forms;
use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::programs::output;
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::json;

use super::{Way, link, session_cookie};

/// Sends the form of the account's page that goes to `action` and is about the key of `person`.
fn act_on(browser: &Browser, action: &str, person: &Person, more: &[(&str, &str)]) {
    let page = browser.get("/account");
    let form = forms(&page.body).into_iter().find(|form| {
        form.action == action
            && form
                .value("key")
                .is_some_and(|key| key.contains(&person.xonly()))
    });
    let form = form.unwrap_or_else(|| panic!("no form for {action}: {}", page.body));
    assert_eq!(browser.submit(&page, &form, more).status, 303);
}

/// Looks at everything in one way.
fn look(way: Way) {
    let person = Person::named("looked at");
    let admin = person.pubkey();
    let server = Server::start(&[
        ("HODLXXI_GUEST_LOGIN", "on"),
        ("HODLXXI_ADMIN_KEYS", &admin),
    ]);
    let client = RelyingParty::register(&server, &json!({"client_name": "The Shop"}));
    let request = client.request(&[("scope", "openid profile offline_access")]);
    let browser = server.browser();
    let login = browser.visit(&request);
    let resume = format!(
        "{}?{}",
        login.url.path(),
        login.url.query().unwrap_or_default()
    );
    let look = |cookie: &str, pages: &[(&str, &str)]| way.look(&server, cookie, pages);
    let open = [
        ("home", "/"),
        ("login", "/login"),
        ("login-for-application", &resume),
        ("docs", "/oauthx/docs"),
        ("privacy", "/legal/privacy"),
        ("terms", "/legal/terms"),
        ("not-found", "/no-such-page"),
        ("bad-request", "/oauth/authorize?client_id=unknown"),
    ];
    look("", &open);

    person.sign_in(&browser);
    let other = RelyingParty::register(&server, &json!({"client_name": "Another application"}));
    other.sign_in(&browser, "openid profile");
    // With scripts this page goes on to the application by itself.
    let posted = other.request(&[("scope", "openid profile"), ("response_mode", "form_post")]);
    let mut signed_in = vec![
        ("home-signed-in", "/"),
        ("consent", request.as_str()),
        ("account", "/account"),
        ("logout", "/oauth/logout"),
    ];
    signed_in.extend((way == Way::PLAIN).then_some(("form-post", posted.as_str())));
    look(&session_cookie(&server, &browser), &signed_in);

    let (spare, lost) = (Person::named("spare"), Person::named("lost"));
    link(&browser, &spare);
    link(&browser, &lost);
    act_on(
        &browser,
        "/account/keys/label",
        &spare,
        &[("label", "In the safe")],
    );
    act_on(&browser, "/account/keys/freeze", &lost, &[]);
    for _other in 0..2 {
        person.sign_in(&server.browser());
    }
    let news = [
        ("account-keys", "/account"),
        ("review", "/account/review?continue=/legal/terms"),
    ];
    look(&session_cookie(&server, &browser), &news);

    let stranger = Person::named("stranger");
    stranger.sign_in(&server.browser());
    let mut command = way.command(
        "browser/forms.mjs",
        &server,
        &session_cookie(&server, &browser),
    );
    command.args([
        way.suffix,
        &person.secret_hex(),
        &person.pubkey(),
        &spare.address(Form::Segwit),
        &stranger.secret_hex(),
        &stranger.pubkey(),
        &Person::named("a phone").secret_hex(),
    ]);
    output(&mut command);
}

#[test]
fn no_page_has_an_accessibility_violation_in_any_size_or_colour() {
    look(Way::ENGLISH);
}

#[test]
fn nor_has_any_in_german() {
    look(Way::GERMAN);
}

#[test]
fn nor_without_javascript() {
    look(Way::PLAIN);
}
