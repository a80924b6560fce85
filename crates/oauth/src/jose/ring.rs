//! The provider's own signing keys: loaded, made, rotated, published, and used.
//!
//! Reading never waits: signing, verifying and the key set work on a snapshot that
//! [`KeyRing::refresh`] swaps. Of several nodes on one store each makes the keys that are missing or
//! due; the store lets one of them win, and all load what it kept.
//!
//! Keys of an algorithm that is no longer offered are neither published nor used, and stay in the
//! store, sealed, in case it is offered again.

use std::sync::Arc;

use arc_swap::ArcSwap;
use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{Clock, Entropy, MasterKey, StoreError, Timestamp};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use super::SigningAlg;
use super::jws::{self, JwsError, Unverified};
use super::policy::KeyPolicy;
use super::private::{PrivateKey, PrivateKeyError};
use super::public::PublicKey;
use super::store::{KeyStore, StoredKey};
use crate::seal::Sealer;

/// Why the signing keys cannot be had.
#[derive(Debug, Error)]
pub enum KeyRingError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key does not open: it was sealed under another master key, or changed since.
    #[error(
        "the signing key {kid} does not open: the master key is not the one it was sealed under"
    )]
    WrongMasterKey {
        /// The key's `kid`.
        kid: String,
    },
    /// A key opens and is not what its row says.
    #[error("the signing key {kid} is not what its record says")]
    Corrupt {
        /// The key's `kid`.
        kid: String,
    },
    /// A key cannot be made.
    #[error("no signing key can be made")]
    Generate(#[from] PrivateKeyError),
}

/// Why nothing was signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// There is no key of this algorithm: it is not offered.
    #[error("there is no key to sign with by {}", .0.as_str())]
    NoKey(SigningAlg),
    /// The claims are not JSON.
    #[error("the claims cannot be written as JSON")]
    Claims(#[from] serde_json::Error),
    /// The library refused to sign.
    #[error(transparent)]
    Key(#[from] PrivateKeyError),
}

/// What may be shown of a signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its `kid`.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlg,
    /// Which key of its algorithm it is, from 1.
    pub generation: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub signs_from: Timestamp,
    /// When it leaves the key set, once that is known.
    pub retires_at: Option<Timestamp>,
    /// Whether it is the one that signs now.
    pub signs_now: bool,
}

/// A key in use.
struct LoadedKey {
    private: PrivateKey,
    public: PublicKey,
}

/// A key's record with the key.
#[derive(Clone)]
struct RingKey {
    record: StoredKey,
    key: Arc<LoadedKey>,
}

impl RingKey {
    fn is_live(&self, now: Timestamp) -> bool {
        self.record.retires_at.is_none_or(|at| now < at)
    }
}

/// The keys at one moment, oldest generation first, and the key set they make.
struct Snapshot {
    keys: Vec<RingKey>,
    jwks: Arc<str>,
}

impl Snapshot {
    /// The newest key of `alg` that signs by now. At the first start of several nodes one may load a
    /// key that by its own slower clock does not sign yet: with no other key, that one signs.
    fn signer(&self, alg: SigningAlg, now: Timestamp) -> Option<&RingKey> {
        let of_alg = || self.keys.iter().filter(|key| key.record.alg == alg);
        let mut newest_first = of_alg().rev();
        newest_first
            .find(|key| key.record.signs_from <= now)
            .or_else(|| of_alg().next())
    }
}

/// The provider's signing keys.
pub struct KeyRing {
    store: Arc<dyn KeyStore>,
    sealer: Sealer,
    algs: Vec<SigningAlg>,
    policy: KeyPolicy,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    current: ArcSwap<Snapshot>,
}

impl KeyRing {
    /// Loads the keys of `algs`, and makes those that are missing; they sign at once. Private
    /// halves are sealed under a key derived from `master`.
    pub fn open(
        store: Arc<dyn KeyStore>,
        master: &MasterKey,
        algs: &[SigningAlg],
        policy: KeyPolicy,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, KeyRingError> {
        let ring = Self {
            store,
            sealer: sealer(master),
            algs: algs.to_vec(),
            policy,
            clock,
            entropy,
            current: ArcSwap::from_pointee(Snapshot {
                keys: Vec::new(),
                jwks: Arc::from(""),
            }),
        };
        ring.refresh()?;
        Ok(ring)
    }

    /// Whether `master` opens every one of `records`, and each is what its record says.
    pub fn check(records: &[StoredKey], master: &MasterKey) -> Result<(), KeyRingError> {
        let sealer = sealer(master);
        records
            .iter()
            .try_for_each(|record| open_key(&sealer, record).map(drop))
    }

    /// The algorithms offered.
    pub fn algs(&self) -> &[SigningAlg] {
        &self.algs
    }

    /// The key set (RFC 7517, section 5) as JSON text: public halves only.
    pub fn jwks(&self) -> Arc<str> {
        Arc::clone(&self.current.load().jwks)
    }

    /// Signs `claims` as a JWT whose header says `typ`, with the current key of `alg`.
    pub fn sign(
        &self,
        alg: SigningAlg,
        typ: &str,
        claims: &impl Serialize,
    ) -> Result<String, SignError> {
        let snapshot = self.current.load();
        let signer = snapshot
            .signer(alg, self.clock.now())
            .ok_or(SignError::NoKey(alg))?;
        let mut token = jws::signing_input(alg, typ, &signer.record.kid, claims)?;
        let signature = signer.key.private.sign(token.as_bytes())?;
        jws::append_signature(&mut token, &signature);
        Ok(token)
    }

    /// The claims of a token of type `typ` that one of these keys signed, an object. Times, issuer
    /// and audience are the caller's to judge.
    pub fn verify(&self, typ: &str, token: &str) -> Result<Value, JwsError> {
        let token = Unverified::parse(token)?;
        if !token.has_type(typ) {
            return Err(JwsError::Type);
        }
        let snapshot = self.current.load();
        let now = self.clock.now();
        let mut live = snapshot.keys.iter().filter(|key| key.is_live(now));
        let key = live
            .find(|key| Some(key.record.kid.as_str()) == token.kid.as_deref())
            .ok_or(JwsError::UnknownKey)?;
        token.own_claims(&key.key.public)
    }

    /// The keys in use, oldest generation first.
    pub fn keys(&self) -> Vec<KeyInfo> {
        let snapshot = self.current.load();
        let now = self.clock.now();
        let info = |key: &RingKey| KeyInfo {
            kid: key.record.kid.clone(),
            alg: key.record.alg,
            generation: key.record.generation,
            created_at: key.record.created_at,
            signs_from: key.record.signs_from,
            retires_at: key.record.retires_at,
            signs_now: snapshot
                .signer(key.record.alg, now)
                .is_some_and(|signer| signer.record.kid == key.record.kid),
        };
        snapshot.keys.iter().map(info).collect()
    }

    /// Loads what other nodes changed, makes what is missing or due, and removes what retired. To be
    /// called every few minutes, off the async threads; costs one read where nothing changed.
    pub fn refresh(&self) -> Result<(), KeyRingError> {
        let now = self.clock.now();
        let mut records = self.store.signing_keys()?;
        let mut made = false;
        for &alg in &self.algs {
            let newest = newest(&records, alg);
            let due = newest.is_none_or(|key| self.policy.successor_due(key.signs_from, now));
            if due {
                let ahead = newest.map_or(0, |_| self.policy.published_ahead);
                self.make_successor(alg, newest, now.plus(ahead), &Origin::server())?;
                made = true;
            }
        }
        let retired = |key: &StoredKey| key.retires_at.is_some_and(|at| at < now);
        if records.iter().any(retired) {
            self.store.purge_signing_keys(now)?;
            made = true;
        }
        if made {
            records = self.store.signing_keys()?;
        }
        self.swap(records, now)
    }

    /// Makes the next key of each of `algs`, published now and signing `published_ahead` seconds
    /// later, whether due or not; algorithms that are not offered are passed over.
    pub fn rotate(
        &self,
        algs: &[SigningAlg],
        published_ahead: i64,
        origin: &Origin,
    ) -> Result<(), KeyRingError> {
        let now = self.clock.now();
        let records = self.store.signing_keys()?;
        for &alg in algs.iter().filter(|alg| self.algs.contains(alg)) {
            let signs_from = now.plus(published_ahead.max(0));
            self.make_successor(alg, newest(&records, alg), signs_from, origin)?;
        }
        self.refresh()
    }

    /// Makes the key after `newest` of `alg`; nothing happens if another node was quicker.
    fn make_successor(
        &self,
        alg: SigningAlg,
        newest: Option<&StoredKey>,
        signs_from: Timestamp,
        origin: &Origin,
    ) -> Result<(), KeyRingError> {
        let private = PrivateKey::generate(alg, &*self.entropy)?;
        let kid = private.public()?.thumbprint();
        let record = StoredKey {
            sealed_private: self
                .sealer
                .seal(&*self.entropy, kid.as_bytes(), &private.to_pkcs8()?),
            kid,
            alg,
            generation: newest.map_or(1, |key| key.generation.saturating_add(1)),
            created_at: self.clock.now(),
            signs_from,
            retires_at: None,
        };
        let predecessor_retires_at = self.policy.retires_at(signs_from);
        let act = AuditEntry::new(Action::KeyRotated, origin, &*self.clock, &*self.entropy);
        let act = act.detail(&format!("{} {}", alg.as_str(), record.kid));
        self.store
            .insert_signing_key(&record, predecessor_retires_at, &act)?;
        Ok(())
    }

    /// Opens the keys that are new, and swaps the snapshot if anything changed.
    fn swap(&self, mut records: Vec<StoredKey>, now: Timestamp) -> Result<(), KeyRingError> {
        records
            .retain(|key| self.algs.contains(&key.alg) && key.retires_at.is_none_or(|at| now < at));
        records.sort_by_key(|key| key.generation);
        let current = self.current.load();
        if records
            .iter()
            .eq(current.keys.iter().map(|key| &key.record))
        {
            return Ok(());
        }
        let load = |record: StoredKey| -> Result<RingKey, KeyRingError> {
            let known = current.keys.iter().find(|key| key.record.kid == record.kid);
            let key = match known {
                Some(known) => Arc::clone(&known.key),
                None => Arc::new(open_key(&self.sealer, &record)?),
            };
            Ok(RingKey { record, key })
        };
        let keys: Vec<RingKey> = records.into_iter().map(load).collect::<Result<_, _>>()?;
        let published = keys
            .iter()
            .map(|key| (key.record.kid.as_str(), &key.key.public));
        let jwks = super::public::render_jwks(published);
        self.current.store(Arc::new(Snapshot {
            keys,
            jwks: jwks.into(),
        }));
        Ok(())
    }
}

/// Opens a key, and looks whether it is the one that its record names.
fn open_key(sealer: &Sealer, record: &StoredKey) -> Result<LoadedKey, KeyRingError> {
    let der = sealer
        .open(record.kid.as_bytes(), &record.sealed_private)
        .map_err(|_| KeyRingError::WrongMasterKey {
            kid: record.kid.clone(),
        })?;
    let corrupt = || KeyRingError::Corrupt {
        kid: record.kid.clone(),
    };
    let private = PrivateKey::from_pkcs8(record.alg, &der).map_err(|_| corrupt())?;
    let public = private.public().map_err(|_| corrupt())?;
    if public.thumbprint() != record.kid {
        return Err(corrupt());
    }
    Ok(LoadedKey { private, public })
}

/// What private halves are sealed under.
fn sealer(master: &MasterKey) -> Sealer {
    Sealer::new(&master.derive("signing keys"))
}

fn newest(records: &[StoredKey], alg: SigningAlg) -> Option<&StoredKey> {
    let of_alg = records.iter().filter(|key| key.alg == alg);
    of_alg.max_by_key(|key| key.generation)
}

#[cfg(test)]
mod tests;
