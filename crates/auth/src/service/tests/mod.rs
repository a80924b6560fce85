//! What the use cases promise, on the stores in memory and with a clock that stands.

mod account;
mod acts;
mod elsewhere;
mod ends;
mod fresh;
mod news;
mod sign_in;
mod wallet;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hodlxxi_kernel::{ManualClock, MasterKey, OsEntropy, PublicKey, StoreError, Timestamp};

use super::*;
use crate::account::{ChallengeUse, IssuedChallenge};
use crate::memory::MemoryStore;
use wallet::Wallet;

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);
const ISSUER: &str = "http://localhost:5000";

/// The service, its clock, and what it asked of the store of challenges.
struct World {
    service: SignInService,
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    challenges: Arc<Counted>,
}

/// The store of challenges in memory, counting its calls.
struct Counted {
    store: Arc<MemoryStore>,
    calls: AtomicUsize,
}

impl Counted {
    fn counted(&self) -> &MemoryStore {
        self.calls.fetch_add(1, Ordering::SeqCst);
        &self.store
    }
}

impl ChallengeStore for Counted {
    fn spend(&self, c: &IssuedChallenge, max: u32) -> Result<ChallengeUse, StoreError> {
        self.counted().spend(c, max)
    }

    fn fail(&self, c: &IssuedChallenge, max: u32) -> Result<ChallengeUse, StoreError> {
        self.counted().fail(c, max)
    }

    fn purge_challenges(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        self.counted().purge_challenges(now, limit)
    }
}

fn config() -> SignInConfig {
    SignInConfig {
        issuer: ISSUER.to_owned(),
        network: Network::Regtest,
        sessions: SessionPolicy::default(),
        access: AccessPolicy::default(),
        guests: true,
    }
}

impl World {
    fn new() -> Self {
        Self::with(config())
    }

    fn with(config: SignInConfig) -> Self {
        let store = Arc::new(MemoryStore::default());
        let clock = Arc::new(ManualClock::at(NOW));
        let challenges = Arc::new(Counted {
            store: store.clone(),
            calls: AtomicUsize::new(0),
        });
        let stores = SignInStores {
            challenges: challenges.clone(),
            accounts: store.clone(),
            sessions: store.clone(),
            audit: store.clone(),
        };
        let master = MasterKey::generate(&OsEntropy);
        let service =
            SignInService::new(config, stores, &master, clock.clone(), Arc::new(OsEntropy));
        Self {
            service: service.unwrap(),
            clock,
            store,
            challenges,
        }
    }

    fn calls(&self) -> usize {
        self.challenges.calls.load(Ordering::SeqCst)
    }

    fn challenge(&self, wallet: &Wallet, purpose: Purpose, session: Option<&Session>) -> Challenge {
        let identifier = wallet.identifier();
        self.service
            .challenge(&identifier, purpose, session)
            .unwrap()
    }

    /// Answers `challenge` with `proof` as the owner of `wallet`'s key.
    fn answer(
        &self,
        challenge: &Challenge,
        wallet: &Wallet,
        proof: Proof,
        current: Option<&Session>,
    ) -> Result<Verified, VerifyError> {
        let request = VerifyRequest {
            challenge_id: challenge.id.clone(),
            identifier: wallet.identifier(),
            proof,
            origin: origin(),
        };
        self.service.verify(request, current)
    }

    /// A whole way through: a challenge, a Bitcoin signature, and what follows.
    fn prove(
        &self,
        wallet: &Wallet,
        purpose: Purpose,
        current: Option<&Session>,
    ) -> Result<Verified, VerifyError> {
        let challenge = self.challenge(wallet, purpose, current);
        let proof = wallet.signature(&challenge.text);
        self.answer(&challenge, wallet, proof, current)
    }

    /// Signs in, in a browser that has no session yet.
    fn sign_in(&self, wallet: &Wallet) -> SignedIn {
        match self.prove(wallet, Purpose::Login, None) {
            Ok(Verified::SignedIn(signed_in)) => signed_in,
            Ok(_) => panic!("a login opens a session"),
            Err(error) => panic!("the sign-in succeeds: {error}"),
        }
    }

    fn lives(&self, signed_in: &SignedIn) -> bool {
        self.service.session(&signed_in.secret).unwrap().is_some()
    }
}

/// A request by a browser.
fn origin() -> Origin {
    let address = "203.0.113.9".parse().ok();
    Origin::request(address, Some("a-request".to_owned()), Some("a browser"))
}

fn public_key(wallet: &Wallet) -> PublicKey {
    PublicKey::parse(&wallet.pubkey()).unwrap()
}
