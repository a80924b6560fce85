//! What a limited request pays for its limits where they are counted in the process.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use hodlxxi_kernel::{MasterKey, OsEntropy, SystemClock};
use hodlxxi_limit::{Act, Address, Counting, Limiter};

fn take(c: &mut Criterion) {
    let master = MasterKey::generate(&OsEntropy);
    let limiter = Limiter::new(Counting::InProcess, &master, Arc::new(SystemClock));
    let act = Act::Token {
        client: "0192d1c8-7f2a-7a41-b7c5-1f0e2a3b4c5d",
    };
    c.bench_function("token: two limits taken and one looked at", |b| {
        b.iter(|| black_box(limiter.take(Address::UNKNOWN, black_box(act)).is_ok()));
    });
}

criterion_group!(benches, take);
criterion_main!(benches);
