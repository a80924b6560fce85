//! Signing keys over their whole life, on a store in memory and a clock that is moved.

use std::collections::BTreeSet;
use std::sync::Mutex;

use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{ManualClock, OsEntropy};
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use serde_json::json;

use super::*;

const DAY: i64 = 24 * 60 * 60;
const ALGS: [SigningAlg; 2] = [SigningAlg::Es256, SigningAlg::EdDsa];

#[derive(Default)]
struct MemoryKeys(Mutex<Vec<StoredKey>>);

impl KeyStore for MemoryKeys {
    fn signing_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn insert_signing_key(
        &self,
        key: &StoredKey,
        predecessor_retires_at: Timestamp,
        _: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut keys = self.0.lock().unwrap();
        let at = |generation| {
            move |other: &StoredKey| other.alg == key.alg && other.generation == generation
        };
        if keys.iter().any(at(key.generation)) {
            return Ok(false);
        }
        for predecessor in keys
            .iter_mut()
            .filter(|other| at(key.generation - 1)(other))
        {
            predecessor.retires_at = Some(predecessor_retires_at);
        }
        keys.push(key.clone());
        Ok(true)
    }

    fn purge_signing_keys(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut keys = self.0.lock().unwrap();
        let before = keys.len();
        keys.retain(|key| key.retires_at.is_none_or(|at| now <= at));
        Ok(before - keys.len())
    }
}

struct World {
    store: Arc<MemoryKeys>,
    master: MasterKey,
    clock: Arc<ManualClock>,
}

impl World {
    fn new() -> Self {
        Self {
            store: Arc::default(),
            master: MasterKey::generate(&OsEntropy),
            clock: Arc::new(ManualClock::at(Timestamp::from_unix(1_800_000_000))),
        }
    }

    fn open(&self, algs: &[SigningAlg]) -> Result<KeyRing, KeyRingError> {
        KeyRing::open(
            self.store.clone(),
            &self.master,
            algs,
            KeyPolicy::default(),
            self.clock.clone(),
            Arc::new(OsEntropy),
        )
    }
}

fn kids(ring: &KeyRing) -> BTreeSet<String> {
    ring.keys().into_iter().map(|key| key.kid).collect()
}

fn signer(ring: &KeyRing, alg: SigningAlg) -> KeyInfo {
    let mut keys = ring.keys().into_iter();
    keys.find(|key| key.alg == alg && key.signs_now).unwrap()
}

#[test]
fn the_first_start_makes_one_key_of_each_and_the_next_finds_them() {
    let world = World::new();
    let first = world.open(&SigningAlg::ALL).unwrap();
    assert_eq!(first.keys().len(), SigningAlg::ALL.len());
    assert!(
        first
            .keys()
            .iter()
            .all(|key| key.signs_now && key.generation == 1)
    );
    let second = world.open(&SigningAlg::ALL).unwrap();
    assert_eq!(kids(&first), kids(&second));
    for alg in SigningAlg::ALL {
        let token = first.sign(alg, "JWT", &json!({"sub": "somebody"})).unwrap();
        assert_eq!(second.verify("JWT", &token).unwrap()["sub"], "somebody");
    }
}

#[test]
fn nodes_that_start_at_once_end_up_with_the_same_keys() {
    let world = World::new();
    let rings: Vec<KeyRing> = std::thread::scope(|scope| {
        let start = || scope.spawn(|| world.open(&ALGS).unwrap());
        let threads: Vec<_> = (0..8).map(|_| start()).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(world.store.0.lock().unwrap().len(), ALGS.len());
    assert!(rings.iter().all(|ring| kids(ring) == kids(&rings[0])));
}

#[test]
fn a_node_whose_clock_is_slow_signs_with_the_first_key_all_the_same() {
    let world = World::new();
    world.open(&[SigningAlg::EdDsa]).unwrap();
    world.clock.advance(-5);
    let slow = world.open(&[SigningAlg::EdDsa]).unwrap();
    assert_eq!(slow.keys().len(), 1);
    assert!(slow.sign(SigningAlg::EdDsa, "JWT", &json!({})).is_ok());
}

#[test]
fn the_key_set_is_what_a_stock_relying_party_reads_and_verifies_by() {
    let ring = World::new()
        .open(&[SigningAlg::Rs256, SigningAlg::Es256, SigningAlg::EdDsa])
        .unwrap();
    let set: Value = serde_json::from_str(&ring.jwks()).unwrap();
    for key in set["keys"].as_array().unwrap() {
        let members: BTreeSet<&str> = key
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let public = ["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
        assert!(members.is_subset(&BTreeSet::from(public)), "{members:?}");
        assert_eq!(key["use"], "sig");
    }
    let stock: CoreJsonWebKeySet = serde_json::from_str(&ring.jwks()).unwrap();
    for (alg, stock_alg) in [
        (
            SigningAlg::Rs256,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        ),
        (SigningAlg::Es256, CoreJwsSigningAlgorithm::EcdsaP256Sha256),
        (SigningAlg::EdDsa, CoreJwsSigningAlgorithm::EdDsa),
    ] {
        let token = ring.sign(alg, "JWT", &json!({})).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let kid = signer(&ring, alg).kid;
        let is_it = |key: &&_| JsonWebKey::key_id(*key).is_some_and(|id| id.as_str() == kid);
        let key = stock.keys().iter().find(is_it).unwrap();
        let signature = super::super::jws::tests::decoded(signature);
        key.verify_signature(&stock_alg, signed.as_bytes(), &signature)
            .unwrap();
    }
}

#[test]
fn another_master_key_is_named_as_the_reason() {
    let mut world = World::new();
    world.open(&ALGS).unwrap();
    let records = world.store.signing_keys().unwrap();
    KeyRing::check(&records, &world.master).unwrap();
    world.master = MasterKey::generate(&OsEntropy);
    let error = world.open(&ALGS).err().unwrap();
    assert!(matches!(error, KeyRingError::WrongMasterKey { .. }));
    assert!(error.to_string().contains("master key"));
    let error = KeyRing::check(&records, &world.master).unwrap_err();
    assert!(matches!(error, KeyRingError::WrongMasterKey { .. }));
}

#[test]
fn a_private_half_opens_only_beside_its_own_kid() {
    let world = World::new();
    world.open(&[SigningAlg::EdDsa]).unwrap();
    world.store.0.lock().unwrap()[0].kid = "another".to_owned();
    let error = world.open(&[SigningAlg::EdDsa]).err();
    assert!(matches!(error, Some(KeyRingError::WrongMasterKey { .. })));
}

#[test]
fn a_key_is_published_a_day_before_it_signs_and_kept_until_its_last_token_is_gone() {
    let world = World::new();
    let ring = world.open(&[SigningAlg::EdDsa]).unwrap();
    let first = signer(&ring, SigningAlg::EdDsa).kid;
    let after = |days: i64, seconds: i64| {
        world.clock.advance(days * DAY + seconds);
        ring.refresh().unwrap();
        (
            kids(&ring).len(),
            signer(&ring, SigningAlg::EdDsa).kid == first,
        )
    };
    assert_eq!(after(89, -1), (1, true));
    assert_eq!(after(0, 1), (2, true));
    assert_eq!(after(1, -1), (2, true));
    let last = ring.sign(SigningAlg::EdDsa, "JWT", &json!({})).unwrap();
    assert_eq!(after(0, 1), (2, false));
    let kept = KeyPolicy::default().longest_token;
    assert_eq!(after(0, kept - 1), (2, false));
    assert!(ring.verify("JWT", &last).is_ok());
    // Without a refresh: the key is known to be over at that second.
    world.clock.advance(1);
    assert_eq!(ring.verify("JWT", &last), Err(JwsError::UnknownKey));
    assert_eq!(after(0, 1), (1, false));
    assert!(!ring.jwks().contains(&first));
    assert_eq!(world.store.0.lock().unwrap().len(), 1);
}

#[test]
fn a_server_that_was_down_for_a_year_still_publishes_before_it_signs() {
    let world = World::new();
    let first = kids(&world.open(&[SigningAlg::EdDsa]).unwrap());
    world.clock.advance(365 * DAY);
    let ring = world.open(&[SigningAlg::EdDsa]).unwrap();
    assert_eq!(ring.keys().len(), 2);
    assert!(first.contains(&signer(&ring, SigningAlg::EdDsa).kid));
}

#[test]
fn the_command_rotates_what_it_is_told_to_and_other_nodes_follow() {
    let world = World::new();
    let (ring, other) = (world.open(&ALGS).unwrap(), world.open(&ALGS).unwrap());
    let before = signer(&ring, SigningAlg::EdDsa).kid;
    ring.rotate(
        &[SigningAlg::EdDsa, SigningAlg::Rs256],
        60,
        &Origin::operator(),
    )
    .unwrap();
    assert_eq!(ring.keys().len(), 3);
    assert_eq!(signer(&ring, SigningAlg::EdDsa).kid, before);
    other.refresh().unwrap();
    assert_eq!(kids(&ring), kids(&other));
    world.clock.advance(60);
    let token = ring.sign(SigningAlg::EdDsa, "JWT", &json!({})).unwrap();
    assert_ne!(signer(&ring, SigningAlg::EdDsa).kid, before);
    assert!(other.verify("JWT", &token).is_ok());
}

#[test]
fn keys_of_an_algorithm_no_longer_offered_are_put_aside_not_lost() {
    let world = World::new();
    let both = world.open(&ALGS).unwrap();
    let token = both.sign(SigningAlg::Es256, "JWT", &json!({})).unwrap();
    let one = world.open(&[SigningAlg::EdDsa]).unwrap();
    assert_eq!(one.verify("JWT", &token), Err(JwsError::UnknownKey));
    assert!(!one.jwks().contains("P-256"));
    assert!(matches!(
        one.sign(SigningAlg::Es256, "JWT", &json!({})),
        Err(SignError::NoKey(SigningAlg::Es256))
    ));
    assert_eq!(kids(&world.open(&ALGS).unwrap()), kids(&both));
}
