//! What may be used once: an insert that succeeds for the first.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use hodlxxi_kernel::{StoreError, Timestamp};
use hodlxxi_oauth::grant::{ReplayStore, SingleUse};

use crate::conn::each_backend;
use crate::database::Database;
use crate::memory::remembering;
use crate::schema::replays::{self as r, table};

impl ReplayStore for Database {
    fn first_use(&self, once: &SingleUse) -> Result<bool, StoreError> {
        let first = remembering!(from once.usable_from).select((
            once.id.to_text().into_sql::<Text>(),
            once.usable_until.as_unix().into_sql::<BigInt>(),
        ));
        self.write(|conn| {
            let written = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(first)
                .into_columns(r::all_columns)
                .on_conflict_do_nothing()
                .execute(conn))?;
            Ok(written == 1)
        })
    }

    fn purge_replays(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let old = diesel::alias!(r as old);
        let expired = old
            .select(old.field(r::id_hash))
            .filter(old.field(r::expires_at).lt(now.as_unix()))
            .limit(i64::from(limit));
        self.write(|conn| {
            Ok(diesel::delete(table.filter(r::id_hash.eq_any(expired))).execute(conn)?)
        })
    }
}
