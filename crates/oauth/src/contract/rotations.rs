//! [`GrantStore::rotate`](crate::grant::GrantStore::rotate): one refresh token, one successor.

use super::{Fixture, NOW, is_live, is_revoked, race, sample};
use crate::grant::RotateOutcome;

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
