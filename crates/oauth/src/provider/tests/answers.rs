//! What an answer looks like, in each mode.

use super::*;
use crate::authorize::ResponseMode;

#[test]
fn a_code_comes_with_state_and_issuer_in_the_query() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let response = world.allowed(&request(&client, &[]), &person);
    let pairs = pairs_of(&response.location().unwrap());
    let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state", "iss"]);
    assert_eq!(pairs[0].1.len(), 43);
    assert_eq!(
        (pairs[1].1.as_str(), pairs[2].1.as_str()),
        ("s&t a/te", ISSUER)
    );
}

#[test]
fn fragment_and_form_post_bring_the_same() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let fragment = request(&client, &[("response_mode", "fragment")]);
    let location = world.allowed(&fragment, &person).location().unwrap();
    let url = Url::parse(&location).unwrap();
    assert_eq!(url.query(), None);
    assert!(url.fragment().is_some_and(|text| text.starts_with("code=")));

    let form = request(&client, &[("response_mode", "form_post")]);
    let response = world.allowed(&form, &person);
    assert_eq!(
        (response.mode, response.location()),
        (ResponseMode::FormPost, None)
    );
    assert!(response.param("code").is_some());
    assert_eq!(response.param("state"), Some("s&t a/te"));
    assert_eq!(response.form_action(), "https://rp.example");
}

#[test]
fn a_request_without_state_and_nonce_is_answered_without() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let bare = request(&client, &[("state", ""), ("nonce", "")]);
    let response = world.allowed(&bare, &person);
    assert_eq!(response.param("state"), None);
    let tokens = world
        .exchange(&client, response.param("code").unwrap())
        .unwrap();
    assert_eq!(world.id_claims(&tokens).get("nonce"), None);
}

#[test]
fn a_query_of_the_redirect_uri_is_kept_and_compared() {
    let world = World::new();
    let uri = "https://rp.example/cb?foo=bar&x=%20";
    let client = world.client(json!({"redirect_uris": [uri, "https://rp.example/other"]}));
    let person = world.person(SignInMethod::Bitcoin);
    let asked = request(&client, &[("redirect_uri", uri)]);
    let location = world.allowed(&asked, &person).location().unwrap();
    assert!(location.starts_with(&format!("{uri}&code=")));
    let other = request(
        &client,
        &[("redirect_uri", "https://rp.example/cb?foo=baz")],
    );
    assert!(
        world
            .provider
            .authorize(&params(&other), Some(&person))
            .is_err()
    );
}

#[test]
fn parameters_without_a_meaning_here_change_nothing() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let extra = [
        ("scope", "phone profile email openid address"),
        ("display", "page"),
        ("ui_locales", "se"),
        ("claims_locales", "se"),
        ("acr_values", "1 2"),
        ("login_hint", "bob"),
        ("extra", "foobar"),
    ];
    let tokens = world.tokens(&client, &person, &extra);
    assert_eq!(tokens.scope.to_string(), "openid profile");
}

#[test]
fn a_posted_request_is_carried_sealed_and_goes_on_as_it_was() {
    let world = World::new();
    let client = world.client(json!({}));
    let person = world.person(SignInMethod::Bitcoin);
    let text = request(&client, &[("prompt", "login")]);
    let sealed = world.provider.seal_request(&params(&text));
    let outcome = world.provider.resume(&sealed, Some(&person)).unwrap();
    // The arrival counts from the GET, which knows the session: the person has to sign in again.
    let AuthorizeOutcome::Login(login) = outcome else {
        panic!("{outcome:?}")
    };
    let again = world.again(&person.user, SignInMethod::Bitcoin);
    let outcome = world.provider.resume(&login.resume, Some(&again)).unwrap();
    assert!(matches!(outcome, AuthorizeOutcome::Consent(_)));
}
