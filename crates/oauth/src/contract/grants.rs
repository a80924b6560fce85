//! [`GrantStore`](crate::grant::GrantStore).

use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{ClientTier, SecretHash};

use super::{Fixture, NOW, race, sample};
use crate::grant::{
    ActiveAccessToken, AuthorizationCode, Grant, RedeemOutcome, RotateOutcome, Rotation,
};

fn is_live(fixture: &impl Fixture, access: &SecretHash) -> bool {
    let grants = fixture.stores().grants;
    grants.access_token(access, NOW).unwrap().is_some()
}

fn is_revoked(fixture: &impl Fixture, refresh: &SecretHash) -> bool {
    let state = fixture.stores().grants.refresh_token(refresh).unwrap();
    state.is_none_or(|state| state.revoked)
}

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

/// A token without a person reads back until it ends.
pub fn a_machine_token_lives_and_ends(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let grant = sample::machine_grant(&sample::kept_client(fixture));
    let token = sample::access(&grant.id, NOW);
    let (hash, end) = (token.hash, token.expires_at);
    grants
        .issue(&grant, &token, &sample::act(Action::TokenGranted))
        .unwrap();
    let active = grants.access_token(&hash, end.minus(1)).unwrap();
    let tier = ClientTier::Paid;
    assert_eq!(active, Some(ActiveAccessToken { token, grant, tier }));
    assert_eq!(grants.access_token(&hash, end).unwrap(), None);
}

/// Of many that rotate one token at once exactly one does; the others get its answer.
pub fn one_of_many_rotates(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    let outcomes = race(|_| {
        let rotation = sample::rotation(&family.refresh, &family.grant.id, NOW);
        (grants.rotate(&rotation).unwrap(), rotation)
    });
    let won = |(outcome, _): &&(RotateOutcome, _)| *outcome == RotateOutcome::Rotated;
    let winners: Vec<_> = outcomes.iter().filter(won).collect();
    assert_eq!(winners.len(), 1);
    let answer = &winners[0].1.sealed_answer;
    let same = outcomes
        .iter()
        .filter(|(o, _)| *o == RotateOutcome::Repeated(answer.clone()));
    assert_eq!(same.count(), outcomes.len() - 1);
    for (outcome, rotation) in &outcomes {
        let won = *outcome == RotateOutcome::Rotated;
        assert_eq!(is_live(fixture, &rotation.access.hash), won);
        assert_eq!(is_revoked(fixture, &rotation.successor.hash), !won);
    }
}

/// Ten seconds, inclusive; nothing is written by it.
pub fn a_repeat_within_the_grace_gets_the_same(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    let first = sample::rotation(&family.refresh, &family.grant.id, NOW);
    assert_eq!(grants.rotate(&first).unwrap(), RotateOutcome::Rotated);
    let rotated = grants.refresh_token(&family.refresh).unwrap().unwrap();
    assert_eq!(rotated.rotated_at, Some(NOW));
    let again = sample::rotation(&family.refresh, &family.grant.id, NOW.plus(10));
    let same = RotateOutcome::Repeated(first.sealed_answer);
    assert_eq!(grants.rotate(&again).unwrap(), same);
    assert!(is_live(fixture, &first.access.hash) && !is_live(fixture, &again.access.hash));
    assert!(!is_revoked(fixture, &first.successor.hash));
}

/// Later than the grace.
pub fn a_repeat_after_the_grace_revokes(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    let first = sample::rotation(&family.refresh, &family.grant.id, NOW);
    grants.rotate(&first).unwrap();
    let late = sample::rotation(&family.refresh, &family.grant.id, NOW.plus(11));
    assert_eq!(grants.rotate(&late).unwrap(), RotateOutcome::Reused);
    for access in [&family.access, &first.access.hash, &late.access.hash] {
        assert!(!is_live(fixture, access));
    }
    assert!(is_revoked(fixture, &first.successor.hash));
    let dead = sample::rotation(&first.successor.hash, &family.grant.id, NOW.plus(12));
    assert_eq!(grants.rotate(&dead).unwrap(), RotateOutcome::Dead);
}

/// Within the grace, but the successor is in use: the predecessor was stolen, or the successor.
pub fn a_repeat_after_the_successor_was_used_revokes(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    let first = sample::rotation(&family.refresh, &family.grant.id, NOW);
    grants.rotate(&first).unwrap();
    let second = sample::rotation(&first.successor.hash, &family.grant.id, NOW.plus(1));
    assert_eq!(grants.rotate(&second).unwrap(), RotateOutcome::Rotated);
    let old = sample::rotation(&family.refresh, &family.grant.id, NOW.plus(2));
    assert_eq!(grants.rotate(&old).unwrap(), RotateOutcome::Reused);
    assert!(is_revoked(fixture, &second.successor.hash));
}

/// Unknown, idle too long, or of a family that has ended.
pub fn dead_tokens_rotate_nothing(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    for (presented, now) in [(sample::hash(), NOW), (family.refresh, NOW.plus(1_000))] {
        let rotation = sample::rotation(&presented, &family.grant.id, now);
        assert_eq!(grants.rotate(&rotation).unwrap(), RotateOutcome::Dead);
        assert!(!is_live(fixture, &rotation.access.hash));
    }
    // Kept in use, a family ends all the same.
    let mut presented = family.refresh;
    for seconds in [900, 1_800, 2_700, 3_600, 4_500] {
        let rotation = sample::rotation(&presented, &family.grant.id, NOW.plus(seconds));
        assert_eq!(grants.rotate(&rotation).unwrap(), RotateOutcome::Rotated);
        presented = rotation.successor.hash;
    }
    let rotation = sample::rotation(&presented, &family.grant.id, NOW.plus(5_000));
    assert_eq!(grants.rotate(&rotation).unwrap(), RotateOutcome::Dead);
}

/// The refresh token, and every access token with it; another client changes nothing.
pub fn a_family_is_revoked_by_its_client_alone(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let (client, other) = (sample::kept_client(fixture), sample::kept_client(fixture));
    let family = sample::family(fixture, &client);
    let revoke = |client| {
        grants
            .revoke_refresh_family(
                &family.refresh,
                client,
                NOW,
                &sample::act(Action::TokenRevoked),
            )
            .unwrap()
    };
    assert!(!revoke(&other));
    assert!(is_live(fixture, &family.access) && !is_revoked(fixture, &family.refresh));
    assert!(revoke(&client));
    assert!(!is_live(fixture, &family.access) && is_revoked(fixture, &family.refresh));
    assert!(
        !grants
            .revoke_refresh_family(
                &sample::hash(),
                &client,
                NOW,
                &sample::act(Action::TokenRevoked)
            )
            .unwrap()
    );
}

/// The one token; its family lives on.
pub fn an_access_token_is_revoked_by_its_client_alone(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let (client, other) = (sample::kept_client(fixture), sample::kept_client(fixture));
    let family = sample::family(fixture, &client);
    let revoke = |client| {
        grants
            .revoke_access_token(
                &family.access,
                client,
                NOW,
                &sample::act(Action::TokenRevoked),
            )
            .unwrap()
    };
    assert!(!revoke(&other));
    assert!(is_live(fixture, &family.access));
    assert!(revoke(&client));
    assert!(!is_live(fixture, &family.access) && !is_revoked(fixture, &family.refresh));
    assert!(
        !grants
            .revoke_access_token(
                &sample::hash(),
                &client,
                NOW,
                &sample::act(Action::TokenRevoked)
            )
            .unwrap()
    );
}

/// At once.
pub fn a_disabled_person_ends_what_they_granted(fixture: &impl Fixture) {
    let family = sample::family(fixture, &sample::kept_client(fixture));
    fixture.disable_user(&family.grant.authorized.unwrap().user);
    assert!(!is_live(fixture, &family.access) && is_revoked(fixture, &family.refresh));
}

/// A rotated token stays: its second use must still be noticed.
pub fn what_nobody_can_use_is_purged_and_the_rest_is_kept(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let machine = sample::machine_grant(&client);
    let ended = sample::access(&machine.id, NOW.minus(7_200));
    grants
        .issue(&machine, &ended, &sample::act(Action::TokenGranted))
        .unwrap();
    let family = sample::family(fixture, &client);
    let rotation = sample::rotation(&family.refresh, &family.grant.id, NOW);
    grants.rotate(&rotation).unwrap();

    assert!(grants.purge_grants(NOW, 100).unwrap() >= 1);
    assert_eq!(grants.purge_grants(NOW, 100).unwrap(), 0);
    assert!(is_live(fixture, &family.access) && is_live(fixture, &rotation.access.hash));
    let old = sample::rotation(&family.refresh, &family.grant.id, NOW.plus(900));
    assert_eq!(grants.rotate(&old).unwrap(), RotateOutcome::Reused);

    assert!(grants.purge_grants(NOW.plus(6_000), 100).unwrap() > 0);
    assert_eq!(grants.refresh_token(&family.refresh).unwrap(), None);
}

/// Past that a second use is noticed no more; the family lives on.
pub fn a_rotated_token_is_kept_as_long_as_an_unused_one(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    let first = sample::rotation(&family.refresh, &family.grant.id, NOW.plus(900));
    grants.rotate(&first).unwrap();
    let kept = |now| {
        grants.purge_grants(now, 100).unwrap();
        grants.refresh_token(&family.refresh).unwrap().is_some()
    };
    assert!(kept(NOW.plus(1_000)));
    let later = NOW.plus(1_001);
    assert!(!kept(later));
    let next = sample::rotation(&first.successor.hash, &family.grant.id, later);
    assert_eq!(grants.rotate(&next).unwrap(), RotateOutcome::Rotated);
}

/// However many access tokens there are to remove, grants are removed too.
pub fn a_purge_limits_each_kind_by_itself(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    for _ in 0..3 {
        let grant = Grant {
            created_at: NOW.minus(7_200),
            ..sample::machine_grant(&client)
        };
        let ended = sample::access(&grant.id, grant.created_at);
        grants
            .issue(&grant, &ended, &sample::act(Action::TokenGranted))
            .unwrap();
    }
    assert_eq!(grants.purge_grants(NOW, 1).unwrap(), 2);
}

/// It cannot be repeated an hour after the rotation, whatever the grace.
pub fn an_old_answer_is_forgotten(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let family = sample::family_of(fixture, &client, sample::lasting_refresh());
    let rotate = |now| {
        let rotation = Rotation {
            successor: sample::lasting_refresh(),
            grace: 24 * 3_600,
            ..sample::rotation(&family.refresh, &family.grant.id, now)
        };
        grants.rotate(&rotation).unwrap()
    };
    assert_eq!(rotate(NOW), RotateOutcome::Rotated);
    grants.purge_grants(NOW.plus(3_600), 100).unwrap();
    let repeated = rotate(NOW.plus(3_600));
    assert!(matches!(repeated, RotateOutcome::Repeated(_)));
    grants.purge_grants(NOW.plus(3_601), 100).unwrap();
    assert_eq!(rotate(NOW.plus(3_601)), RotateOutcome::Reused);
}
