//! Spent and failed challenges: one upsert each, so that one row's lock decides every race.

use diesel::prelude::*;
use hodlxxi_auth::account::{ChallengeStore, ChallengeUse, IssuedChallenge};
use hodlxxi_kernel::{StoreError, Timestamp};

use crate::conn::each_backend;
use crate::database::Database;
use crate::schema::spent_challenges::{self as c, table};

impl ChallengeStore for Database {
    fn spend(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        use diesel::query_dsl::methods::FilterDsl as _;
        let row = (
            c::challenge_hash.eq(challenge.name.to_text()),
            c::failures.eq(0),
            c::spent.eq(true),
            c::expires_at.eq(challenge.expires_at.as_unix()),
        );
        let live = c::spent
            .eq(false)
            .and(c::failures.lt(i64::from(max_failures)));
        self.write(|conn| {
            let written = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(row)
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
        use diesel::query_dsl::methods::FilterDsl as _;
        let row = (
            c::challenge_hash.eq(challenge.name.to_text()),
            c::failures.eq(1),
            c::spent.eq(false),
            c::expires_at.eq(challenge.expires_at.as_unix()),
        );
        let live = c::spent
            .eq(false)
            .and(c::failures.lt(i64::from(max_failures)));
        self.write(|conn| {
            let written = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(row)
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
