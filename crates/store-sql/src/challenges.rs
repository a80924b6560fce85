//! Spent and failed challenges: one upsert each, so that one row's lock decides every race.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use hodlxxi_auth::account::{ChallengeStore, ChallengeUse, IssuedChallenge};
use hodlxxi_kernel::{StoreError, Timestamp};

use crate::conn::each_backend;
use crate::database::Database;
use crate::memory::remembering;
use crate::schema::spent_challenges::{self as c, table};

/// The row of a challenge's first use; none where nobody can tell whether it is the first.
macro_rules! first_use {
    ($challenge:expr, failures $failures:literal, spent $spent:literal) => {
        remembering!(from $challenge.issued_at).select((
            $challenge.name.to_text().into_sql::<Text>(),
            $failures.into_sql::<BigInt>(),
            $spent.into_sql::<Bool>(),
            $challenge.expires_at.as_unix().into_sql::<BigInt>(),
        ))
    };
}

impl ChallengeStore for Database {
    fn spend(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        let first = first_use!(challenge, failures 0, spent true);
        let live = c::spent
            .eq(false)
            .and(c::failures.lt(i64::from(max_failures)));
        self.write(|conn| {
            use diesel::query_dsl::methods::FilterDsl as _;
            let written = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(first)
                .into_columns(c::all_columns)
                .on_conflict(c::challenge_hash)
                .do_update()
                .set(c::spent.eq(true))
                .filter(live)
                .execute(conn))?;
            Ok(outcome(written))
        })
    }

    fn fail(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        let first = first_use!(challenge, failures 1, spent false);
        let live = c::spent
            .eq(false)
            .and(c::failures.lt(i64::from(max_failures)));
        self.write(|conn| {
            use diesel::query_dsl::methods::FilterDsl as _;
            let written = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(first)
                .into_columns(c::all_columns)
                .on_conflict(c::challenge_hash)
                .do_update()
                .set(c::failures.eq(c::failures + 1))
                .filter(live)
                .execute(conn))?;
            Ok(outcome(written))
        })
    }

    fn purge_challenges(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let old = diesel::alias!(c as old);
        let expired = old
            .select(old.field(c::challenge_hash))
            .filter(old.field(c::expires_at).lt(now.as_unix()))
            .limit(i64::from(limit));
        self.write(|conn| {
            Ok(diesel::delete(table.filter(c::challenge_hash.eq_any(expired))).execute(conn)?)
        })
    }
}

fn outcome(written: usize) -> ChallengeUse {
    match written {
        0 => ChallengeUse::Used,
        _ => ChallengeUse::Live,
    }
}
