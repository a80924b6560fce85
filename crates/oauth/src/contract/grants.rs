//! [`GrantStore`](crate::grant::GrantStore): tokens of machines, revocations, and what is purged.

use hodlxxi_kernel::ClientTier;
use hodlxxi_kernel::audit::Action;

use super::{Fixture, NOW, is_live, is_revoked, sample};
use crate::grant::{ActiveAccessToken, Grant, RotateOutcome, Rotation};

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
