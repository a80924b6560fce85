//! Signing and token making beside the bare speed of the libraries that do the signing.
//!
//! `cargo bench -p hodlxxi-oauth`. What the module adds to a bare signature is the header, the JSON,
//! base64 and the choice of the key. `access token` is a whole client-credentials request on the
//! stores in memory: parameters checked, token made and recorded.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up should say so and stop"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use criterion::{Criterion, criterion_group, criterion_main};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{Clock, Entropy, MasterKey, OsEntropy, SystemClock};
use hodlxxi_oauth::jose::{KeyPolicy, KeyRing, SigningAlg};
use hodlxxi_oauth::memory::MemoryStore;
use hodlxxi_oauth::params::Params;
use hodlxxi_oauth::provider::{Issuer, RegistrationPolicy};
use hodlxxi_oauth::{Provider, ProviderConfig, Stores};
use k256::ecdsa::signature::Signer;
use serde_json::{Value, json};

/// Claims of the size of an access token's.
fn claims() -> Value {
    json!({
        "iss": "https://id.example", "sub": "01890a5d-ac96-774b-bcce-b302099a8057",
        "aud": "https://id.example", "client_id": "01890a5d-ac96-774b-bcce-b302099a8058",
        "scope": "openid profile offline_access", "iat": 1_800_000_000, "exp": 1_800_003_600,
        "jti": "AAAAAAAAAAAAAAAAAAAAAA", "auth_time": 1_800_000_000,
        "acr": "urn:hodlxxi:acr:bitcoin", "amr": ["pop"],
    })
}

fn ring(stores: &Stores, master: &MasterKey) -> KeyRing {
    KeyRing::open(
        stores.keys.clone(),
        master,
        &SigningAlg::ALL,
        KeyPolicy::default(),
        Arc::new(SystemClock),
        Arc::new(OsEntropy),
    )
    .expect("fresh keys in memory")
}

fn sign(criterion: &mut Criterion) {
    let stores = Arc::new(MemoryStore::default()).stores();
    let ring = ring(&stores, &MasterKey::generate(&OsEntropy));
    let claims = claims();
    let random = SystemRandom::new();
    for alg in SigningAlg::ALL {
        let mut group = criterion.benchmark_group(format!("sign {}", alg.as_str()));
        let token = ring
            .sign(alg, "at+jwt", &claims)
            .expect("an offered algorithm");
        let message = token.rsplit_once('.').expect("a token").0.as_bytes();
        match alg {
            SigningAlg::Rs256 => {
                let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
                let mut signature = vec![0; key.public_modulus_len()];
                group.bench_function("bare aws-lc-rs", |b| {
                    b.iter(|| key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature));
                });
            }
            SigningAlg::Es256 => {
                let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
                let key = key.expect("a key");
                group.bench_function("bare aws-lc-rs", |b| {
                    b.iter(|| key.sign(&random, black_box(message)));
                });
            }
            SigningAlg::EdDsa => {
                let key = Ed25519KeyPair::generate().expect("a key");
                group.bench_function("bare aws-lc-rs", |b| {
                    b.iter(|| key.try_sign(black_box(message)));
                });
            }
            SigningAlg::Es256k => {
                let entropy: &dyn Entropy = &OsEntropy;
                let key = k256::ecdsa::SigningKey::from_slice(&entropy.bytes::<32>());
                let key = key.expect("a key");
                group.bench_function("bare k256", |b| {
                    b.iter(|| -> k256::ecdsa::Signature { key.sign(black_box(message)) });
                });
            }
        }
        group.bench_function("token", |b| {
            b.iter(|| ring.sign(alg, "at+jwt", black_box(&claims)));
        });
        group.bench_function("verify", |b| {
            b.iter(|| ring.verify("at+jwt", black_box(&token)));
        });
        group.finish();
    }
}

fn access_token(criterion: &mut Criterion) {
    let stores = Arc::new(MemoryStore::default()).stores();
    let master = MasterKey::generate(&OsEntropy);
    let keys = Arc::new(ring(&stores, &master));
    let config = ProviderConfig {
        issuer: Issuer::parse("https://id.example").expect("an issuer"),
        access_token_alg: SigningAlg::EdDsa,
        require_pkce: false,
        registration: RegistrationPolicy::Off,
        guests: false,
        ui_locales: vec!["en"],
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let provider = Provider::new(config, stores, keys, &master, clock, Arc::new(OsEntropy));
    let request = provider.client_request(&json!({"grant_types": ["client_credentials"]}));
    let origin = Origin::operator();
    let created = provider.create_client(request.expect("good metadata"), None, false, &origin);
    let client = created.expect("a client").client;
    let params = Params::parse("grant_type=client_credentials").expect("parameters");

    let mut group = criterion.benchmark_group("access token EdDSA");
    // Every token made stays in memory: enough of them for a figure, not more.
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    group.bench_function("whole request", |b| {
        b.iter(|| provider.token(&client, black_box(&params), &origin));
    });
    group.finish();
}

criterion_group!(benches, sign, access_token);
criterion_main!(benches);
