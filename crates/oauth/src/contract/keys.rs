//! [`KeyStore`](crate::jose::KeyStore).

use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::Action;

use super::{Fixture, NOW, race, sample};
use crate::jose::{SigningAlg, StoredKey};

fn key(kid: &str, alg: SigningAlg, generation: i64) -> StoredKey {
    StoredKey {
        kid: kid.to_owned(),
        alg,
        generation,
        sealed_private: vec![0, 1, 0xff],
        created_at: NOW,
        signs_from: NOW.plus(generation),
        retires_at: None,
    }
}

/// Every member survives; a successor sets the end of the key before it, of its algorithm alone.
pub fn a_key_reads_back_and_its_predecessor_retires(fixture: &impl Fixture) {
    let keys = fixture.stores().keys;
    let (first, other) = (
        key("a1", SigningAlg::Rs256, 1),
        key("b1", SigningAlg::EdDsa, 1),
    );
    let second = key("a2", SigningAlg::Rs256, 2);
    let end = NOW.plus(500);
    for key in [&first, &other, &second] {
        assert!(
            keys.insert_signing_key(key, end, &sample::act(Action::KeyRotated))
                .unwrap()
        );
    }
    let kept = keys.signing_keys().unwrap();
    let find = |kid| kept.iter().find(|key| key.kid == kid).cloned().unwrap();
    assert_eq!(kept.len(), 3);
    assert_eq!(
        find("a1"),
        StoredKey {
            retires_at: Some(end),
            ..first
        }
    );
    assert_eq!((find("b1"), find("a2")), (other, second));
    let generations = |alg| {
        kept.iter()
            .filter(move |key| key.alg == alg)
            .map(|key| key.generation)
    };
    assert!(generations(SigningAlg::Rs256).is_sorted());
}

/// A key that takes over at once takes those before it along, though they were to stay longer; one
/// that retires sooner still does.
pub fn a_successor_shortens_what_retires_later(fixture: &impl Fixture) {
    let keys = fixture.stores().keys;
    for (generation, predecessors_end) in [(1, 0), (2, 100), (3, 900), (4, 500)] {
        let key = key(&format!("k{generation}"), SigningAlg::Es256, generation);
        let other = self::key(&format!("o{generation}"), SigningAlg::EdDsa, generation);
        let end = NOW.plus(predecessors_end);
        assert!(
            keys.insert_signing_key(&key, end, &sample::act(Action::KeyRotated))
                .unwrap()
        );
        assert!(
            keys.insert_signing_key(&other, NOW.plus(900), &sample::act(Action::KeyRotated))
                .unwrap()
        );
    }
    let kept = keys.signing_keys().unwrap();
    let ends = |alg| {
        let of_alg = kept.iter().filter(move |key| key.alg == alg);
        let ends: Vec<_> = of_alg.map(|key| key.retires_at).collect();
        ends
    };
    let [first, planned, late] = [100, 500, 900].map(|end| Some(NOW.plus(end)));
    assert_eq!(ends(SigningAlg::Es256), [first, planned, planned, None]);
    assert_eq!(ends(SigningAlg::EdDsa), [late, late, late, None]);
}

/// Of many that add one generation at once exactly one does.
pub fn one_of_many_adds_a_generation(fixture: &impl Fixture) {
    let keys = fixture.stores().keys;
    let add = |index| {
        let key = key(&format!("k{index}"), SigningAlg::Es256, 1);
        keys.insert_signing_key(&key, NOW, &sample::act(Action::KeyRotated))
            .unwrap()
    };
    assert_eq!(race(add).into_iter().filter(|added| *added).count(), 1);
    assert_eq!(keys.signing_keys().unwrap().len(), 1);
}

/// A key that retired goes; one without an end, or whose end is to come, stays.
pub fn retired_keys_are_purged(fixture: &impl Fixture) {
    let keys = fixture.stores().keys;
    for generation in 1..=3 {
        let end: Timestamp = NOW.plus(generation * 100);
        let key = key(&format!("k{generation}"), SigningAlg::Es256, generation);
        keys.insert_signing_key(&key, end, &sample::act(Action::KeyRotated))
            .unwrap();
    }
    // The first retires at 200, the second at 300, the third not at all.
    assert_eq!(keys.purge_signing_keys(NOW.plus(201)).unwrap(), 1);
    assert_eq!(keys.purge_signing_keys(NOW.plus(201)).unwrap(), 0);
    let left: Vec<_> = keys
        .signing_keys()
        .unwrap()
        .into_iter()
        .map(|key| key.kid)
        .collect();
    assert_eq!(left, ["k2", "k3"]);
}
