//! [`GrantStore::redeem`](crate::grant::GrantStore::redeem): one code, one grant.

use hodlxxi_kernel::ClientTier;
use hodlxxi_kernel::audit::Action;

use super::{Fixture, NOW, is_live, is_revoked, race, sample};
use crate::grant::{ActiveAccessToken, AuthorizationCode, RedeemOutcome};

/// Of many that redeem one code at once exactly one gets tokens, and the others revoke them.
pub fn one_of_many_redeems(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let code = sample::kept_code(fixture, &sample::kept_client(fixture));
    let outcomes = race(|_| {
        let redemption = sample::redemption(&code, NOW);
        let outcome = grants.redeem(&redemption).unwrap();
        (redemption.access.hash, outcome)
    });
    let redeemed = outcomes
        .iter()
        .filter(|(_, o)| *o == RedeemOutcome::Redeemed)
        .count();
    let reused = outcomes
        .iter()
        .filter(|(_, o)| *o == RedeemOutcome::Reused)
        .count();
    assert_eq!((redeemed, reused), (1, outcomes.len() - 1));
    assert!(outcomes.iter().all(|(access, _)| !is_live(fixture, access)));
}

/// The first use works and reads back; the second revokes it and keeps nothing of its own.
pub fn a_second_use_revokes_the_first(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let code = sample::kept_code(fixture, &sample::kept_client(fixture));
    let first = sample::redemption(&code, NOW);
    assert_eq!(grants.redeem(&first).unwrap(), RedeemOutcome::Redeemed);
    let active = ActiveAccessToken {
        token: first.access.clone(),
        grant: first.grant.clone(),
        tier: ClientTier::Paid,
    };
    assert_eq!(
        grants.access_token(&first.access.hash, NOW).unwrap(),
        Some(active)
    );
    let refresh = first.refresh.unwrap();
    let state = grants.refresh_token(&refresh.hash).unwrap().unwrap();
    assert_eq!((&state.token, &state.grant), (&refresh, &first.grant));
    assert!(!state.revoked && state.rotated_at.is_none());

    let second = sample::redemption(&code, NOW.plus(30));
    assert_eq!(grants.redeem(&second).unwrap(), RedeemOutcome::Reused);
    for access in [&first.access.hash, &second.access.hash] {
        assert!(!is_live(fixture, access));
    }
    assert!(is_revoked(fixture, &refresh.hash));
}

/// It leaves nothing behind.
pub fn an_expired_code_is_refused(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let late = sample::redemption(&sample::kept_code(fixture, &client), NOW.plus(60));
    assert_eq!(grants.redeem(&late).unwrap(), RedeemOutcome::Refused);
    assert!(!is_live(fixture, &late.access.hash));
}

/// Whoever keeps codes may lose them: a grant needs none.
pub fn a_redemption_needs_no_code_that_is_kept(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let lost = sample::code(&client, sample::authorized(fixture, &fixture.user()));
    let redeem = || grants.redeem(&sample::redemption(&lost, NOW)).unwrap();
    assert_eq!(redeem(), RedeemOutcome::Redeemed);
    assert_eq!(redeem(), RedeemOutcome::Reused);
}

/// The second use is noticed after the code's own end, too.
pub fn an_expired_code_used_twice_still_revokes(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let code = sample::kept_code(fixture, &sample::kept_client(fixture));
    let first = sample::redemption(&code, NOW);
    grants.redeem(&first).unwrap();
    let late = sample::redemption(&code, NOW.plus(100));
    assert_eq!(grants.redeem(&late).unwrap(), RedeemOutcome::Reused);
    assert!(!is_live(fixture, &first.access.hash));
}

/// Disabled between authorization and redemption.
pub fn a_disabled_person_or_client_gets_nothing(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let client = sample::kept_client(fixture);
    let (one, other) = (
        sample::kept_code(fixture, &client),
        sample::kept_code(fixture, &client),
    );
    fixture.disable_user(&one.authorized.user);
    let refused = stores
        .grants
        .redeem(&sample::redemption(&one, NOW))
        .unwrap();
    assert_eq!(refused, RedeemOutcome::Refused);
    stores
        .clients
        .set_client_disabled(&client, Some(NOW), &sample::act(Action::ClientDisabled))
        .unwrap();
    let refused = stores
        .grants
        .redeem(&sample::redemption(&other, NOW))
        .unwrap();
    assert_eq!(refused, RedeemOutcome::Refused);
}

/// Merged between authorization and redemption: the code is good for whom the client knows, and once.
pub fn a_merge_since_is_told_and_leaves_the_code(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let mut code = sample::kept_code(fixture, &client);
    let before = fixture.user();
    fixture.merge(&code.authorized.user, &client, &before);
    let early = sample::redemption(&code, NOW);
    assert_eq!(grants.redeem(&early).unwrap(), RedeemOutcome::Renamed);
    assert!(!is_live(fixture, &early.access.hash));
    code.authorized.known_as = Some(before);
    let renamed = sample::redemption(&code, NOW);
    assert_eq!(grants.redeem(&renamed).unwrap(), RedeemOutcome::Redeemed);
    assert!(is_live(fixture, &renamed.access.hash));
    let again = sample::redemption(&code, NOW);
    assert_eq!(grants.redeem(&again).unwrap(), RedeemOutcome::Reused);
    assert!(!is_live(fixture, &renamed.access.hash));

    // Another client knows the same person by their own id.
    let other = sample::kept_client(fixture);
    let code = sample::code(&other, sample::authorized(fixture, &code.authorized.user));
    let other = sample::redemption(&code, NOW);
    assert_eq!(grants.redeem(&other).unwrap(), RedeemOutcome::Redeemed);
}

/// Disabled and enabled again: a code from before is worthless, one from after is not.
pub fn disabling_a_client_voids_its_codes(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let client = sample::kept_client(fixture);
    let old = sample::kept_code(fixture, &client);
    for disabled_at in [Some(NOW), None] {
        stores
            .clients
            .set_client_disabled(&client, disabled_at, &sample::act(Action::ClientDisabled))
            .unwrap();
    }
    let redeem = |code| {
        stores
            .grants
            .redeem(&sample::redemption(code, NOW))
            .unwrap()
    };
    assert_eq!(redeem(&old), RedeemOutcome::Refused);
    let count = stores
        .clients
        .client(&client)
        .unwrap()
        .unwrap()
        .disabled_count;
    let new = AuthorizationCode {
        client_disabled_count: count,
        ..sample::kept_code(fixture, &client)
    };
    assert_eq!(redeem(&new), RedeemOutcome::Redeemed);
}
