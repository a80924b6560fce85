//! [`ConsentStore`](crate::grant::ConsentStore).

use hodlxxi_kernel::audit::Action;

use super::sample::{self, act, consent};
use super::{Fixture, NOW};
use crate::grant::{AuthorizationCode, Authorized, Consent, RedeemOutcome};

/// What is allowed later adds to what was allowed before; other pairs know nothing of it.
pub fn consents_add_up(fixture: &impl Fixture) {
    let consents = fixture.stores().consents;
    let (user, client) = (fixture.user(), sample::kept_client(fixture));
    assert_eq!(consents.consent(&user, &client).unwrap(), None);
    let remember = |kept: &Consent| {
        consents
            .remember_consent(&user, &client, kept, NOW, &act(Action::ConsentGiven))
            .unwrap()
    };
    let first = consent("openid", &["picture", "name"]);
    assert_eq!(remember(&first), first.id);
    assert_eq!(
        remember(&consent("openid profile", &["name", "npub"])),
        first.id
    );
    let mut kept = consents.consent(&user, &client).unwrap().unwrap();
    kept.claims.sort_unstable();
    let both = consent("openid profile", &["name", "npub", "picture"]);
    assert_eq!(
        kept,
        Consent {
            id: first.id,
            ..both
        }
    );
    assert_eq!(consents.consent(&fixture.user(), &client).unwrap(), None);
    assert_eq!(
        consents
            .consent(&user, &sample::kept_client(fixture))
            .unwrap(),
        None
    );
}

/// The consent is forgotten, and every grant of the two is dead.
pub fn withdrawing_forgets_and_revokes(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let client = sample::kept_client(fixture);
    let (family, others) = (
        sample::family(fixture, &client),
        sample::family(fixture, &client),
    );
    let user = family.grant.authorized.unwrap().user;
    let withdraw = || {
        stores
            .consents
            .withdraw_consent(&user, &client, NOW, &act(Action::ConsentWithdrawn))
            .unwrap()
    };
    let allowed = consent("openid", &[]);
    stores
        .consents
        .remember_consent(&user, &client, &allowed, NOW, &act(Action::ConsentGiven))
        .unwrap();

    assert!(withdraw());
    assert_eq!(stores.consents.consent(&user, &client).unwrap(), None);
    assert_eq!(
        stores.grants.access_token(&family.access, NOW).unwrap(),
        None
    );
    let refresh = stores.grants.refresh_token(&family.refresh).unwrap();
    assert!(refresh.is_none_or(|refresh| refresh.revoked));
    assert!(
        stores
            .grants
            .access_token(&others.access, NOW)
            .unwrap()
            .is_some()
    );
    assert!(!withdraw());

    // A grant alone, without a consent remembered, is withdrawn too.
    let family = sample::family(fixture, &client);
    let user = family.grant.authorized.unwrap().user;
    assert!(
        stores
            .consents
            .withdraw_consent(&user, &client, NOW, &act(Action::ConsentWithdrawn))
            .unwrap()
    );
    assert_eq!(
        stores.grants.access_token(&family.access, NOW).unwrap(),
        None
    );
}

/// A code that rests on a withdrawn consent is worthless, also once the client is allowed again; one
/// that rests on the new consent is not.
pub fn withdrawing_voids_codes(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let (user, client) = (fixture.user(), sample::kept_client(fixture));
    let authorized = sample::authorized(fixture, &user);
    let allow = || {
        let allowed = consent("openid", &[]);
        let consent = Some(
            stores
                .consents
                .remember_consent(&user, &client, &allowed, NOW, &act(Action::ConsentGiven))
                .unwrap(),
        );
        let authorized = authorized.clone();
        let code = sample::code(
            &client,
            Authorized {
                consent,
                ..authorized
            },
        );
        stores.codes.save_code(&code).unwrap();
        code
    };
    let redeem = |code: &AuthorizationCode| {
        stores
            .grants
            .redeem(&sample::redemption(code, NOW))
            .unwrap()
    };
    let old = allow();
    assert!(
        stores
            .consents
            .withdraw_consent(&user, &client, NOW, &act(Action::ConsentWithdrawn))
            .unwrap()
    );
    assert_eq!(redeem(&old), RedeemOutcome::Refused);
    let new = allow();
    assert_eq!(redeem(&old), RedeemOutcome::Refused);
    assert_eq!(redeem(&new), RedeemOutcome::Redeemed);
}

/// By a consent or a live grant, newest first, nobody else's.
pub fn connections_are_those_of_one_person(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let (granted, allowed) = (sample::kept_client(fixture), sample::kept_client(fixture));
    let family = sample::family(fixture, &granted);
    sample::family(fixture, &allowed);
    let user = family.grant.authorized.unwrap().user;
    let later = NOW.plus(100);
    let scope = consent("openid profile", &[]);
    stores
        .consents
        .remember_consent(&user, &allowed, &scope, later, &act(Action::ConsentGiven))
        .unwrap();

    let connections = stores.consents.connections(&user).unwrap();
    let ids: Vec<_> = connections
        .iter()
        .map(|connection| &connection.client.id)
        .collect();
    assert_eq!(ids, [&allowed, &granted]);
    assert_eq!(connections[0].scope, scope.scope);
    assert_eq!(connections[0].first_allowed_at, later);
    assert_eq!(connections[0].last_used_at, None);
    assert!(connections[1].last_used_at.is_some());
    assert!(
        stores
            .consents
            .connections(&fixture.user())
            .unwrap()
            .is_empty()
    );
}
