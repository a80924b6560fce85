//! What judging a wallet's answer costs beside the one signature check that it cannot do without.
//!
//! `bare` is k256 by itself, with key and signature read already; the other reads a query, as a server does. Goal: at most
//! 1.3 times bare. Run `cargo bench -p hodlxxi-lnurl`.

#![expect(
    clippy::expect_used,
    reason = "a benchmark of what fails would measure nothing"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hodlxxi_lnurl::auth::Answer;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature, VerifyingKey};

/// The example of LUD-04.
const K1: &str = "e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e";
const KEY: &str = "02c3b844b8104f0c1b15c507774c9ba7fc609f58f343b9b149122e944dd20c9362";
const SIG: &str = "304402203767faf494f110b139293d9bab3c50e07b3bf33c463d4aa767256cd09132dc5102205821f8efacdb5c595b92ada255876d9201e126e2f31a140d44561cc1f7e9e43d";

fn answers(c: &mut Criterion) {
    let query = format!("tag=login&k1={K1}&action=login&sig={SIG}&key={KEY}");
    let verified = Answer::parse(&query).map(|answer| answer.verify().is_ok());
    assert_eq!(verified, Ok(true));
    c.bench_function("answer", |b| {
        b.iter(|| Answer::parse(black_box(&query)).map(|answer| answer.verify()));
    });

    let key = VerifyingKey::from_sec1_bytes(&hex::decode(KEY).expect("hex")).expect("a key");
    let signature = Signature::from_der(&hex::decode(SIG).expect("hex")).expect("DER");
    let k1 = hex::decode(K1).expect("hex");
    c.bench_function("bare", |b| {
        b.iter(|| black_box(&key).verify_prehash(black_box(&k1), black_box(&signature)));
    });
}

criterion_group!(benches, answers);
criterion_main!(benches);
