//! Rate limits where no Redis is there: one upsert for each limit, all of them in one transaction.
//!
//! Each upsert is the decision of [`Quota::take`](hodlxxi_limit::Quota::take) in SQL; the contract holds the
//! two together. Limits are taken in the order of their keys, so that no two transactions wait for each
//! other. The last of them may be lost in a power cut: the commit waits for no disk.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use hodlxxi_kernel::StoreError;
use hodlxxi_limit::{Ask, CLOCK_SKEW, Level, LimitStore, Verdict};

use crate::conn::{Conn, Keep, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::schema::rate_limits::{self as l, table};

/// Microseconds for which a limit that owes nothing is kept all the same: an hour. Nobody is likely to come
/// back for it in the moment of its removal.
const KEPT: i64 = 3_600_000_000;

/// The two moments of a limit.
type Row = (i64, i64);

impl LimitStore for Database {
    fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.write_lazy_tx(|conn| {
            let verdicts = in_order(asks, |ask| take(conn, ask, now))?;
            let keep = if verdicts.iter().all(|verdict| verdict.fits) {
                Keep::Yes
            } else {
                Keep::No
            };
            Ok((verdicts, keep))
        })
    }

    fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.write_lazy_tx(|conn| {
            let verdicts = in_order(asks, |ask| charge(conn, ask, now))?;
            Ok((verdicts, Keep::Yes))
        })
    }

    fn purge_limits(&self, now: i64, limit: u32) -> Result<usize, StoreError> {
        let settled = now.saturating_sub(KEPT);
        let old = diesel::alias!(l as old);
        let listed = old
            .select(old.field(l::key))
            .filter(old.field(l::tat).lt(settled))
            .limit(i64::from(limit));
        // Judged again: a limit may be used while this waits for its row.
        let rows = table
            .filter(l::key.eq_any(listed))
            .filter(l::tat.lt(settled));
        self.write(|conn| Ok(diesel::delete(rows).execute(conn)?))
    }
}

/// What `act` answers for each of `asks`, done in the order of their keys and answered in theirs.
fn in_order(
    asks: &[Ask],
    mut act: impl FnMut(&Ask) -> Result<Verdict, Fault>,
) -> Result<Vec<Verdict>, Fault> {
    let mut order: Vec<(usize, &Ask)> = asks.iter().enumerate().collect();
    order.sort_unstable_by_key(|(_, ask)| ask.key);
    let mut verdicts = Vec::with_capacity(asks.len());
    for (place, ask) in order {
        verdicts.push((place, act(ask)?));
    }
    verdicts.sort_unstable_by_key(|(place, _)| *place);
    Ok(verdicts.into_iter().map(|(_, verdict)| verdict).collect())
}

fn take(conn: &mut Conn, ask: &Ask, now: i64) -> Result<Verdict, Fault> {
    if let Some(taken) = try_take(conn, ask, now)? {
        return Ok(ask.quota.standing(taken));
    }
    let seen: Option<Row> = table
        .find(ask.key.to_text())
        .select((l::tat, l::at))
        .get_result(conn)
        .optional()?;
    Ok(ask.quota.take(seen.map(level), now, ask.cost).verdict)
}

fn charge(conn: &mut Conn, ask: &Ask, now: i64) -> Result<Verdict, Fault> {
    if ask.cost == 0 {
        return take(conn, ask, now);
    }
    match try_take(conn, ask, now)? {
        Some(taken) => Ok(ask.quota.standing(taken)),
        None => Ok(ask.quota.refusal(spend(conn, ask, now)?, ask.cost)),
    }
}

/// Takes what fits; none if it does not, or if there is nothing to take.
fn try_take(conn: &mut Conn, ask: &Ask, now: i64) -> Result<Option<Level>, Fault> {
    use diesel::query_dsl::methods::FilterDsl as _;
    let (price, capacity) = (ask.quota.price(ask.cost), ask.quota.capacity());
    if ask.cost == 0 || price > capacity {
        return Ok(None);
    }
    let row = (
        l::key.eq(ask.key.to_text()),
        l::tat.eq(now.saturating_add(price)),
        l::at.eq(now),
    );
    let told = || l::at.le(now.saturating_add(CLOCK_SKEW));
    let latest = case_when(told().and(l::at.gt(now)), l::at).otherwise(now.into_sql::<BigInt>());
    let owed = case_when(told().and(l::tat.gt(now)), l::tat).otherwise(now.into_sql::<BigInt>());
    let room = (owed - latest).le(capacity - price);
    let taken: Option<Row> = each_backend!(conn, |conn| diesel::insert_into(table)
        .values(row)
        .on_conflict(l::key)
        .do_update()
        .set((l::tat.eq(owed + price), l::at.eq(latest)))
        .filter(room)
        .returning((l::tat, l::at))
        .get_result(conn)
        .optional())?;
    Ok(taken.map(level))
}

/// Spends a quota to its end.
fn spend(conn: &mut Conn, ask: &Ask, now: i64) -> Result<Level, Fault> {
    let capacity = ask.quota.capacity();
    let row = (
        l::key.eq(ask.key.to_text()),
        l::tat.eq(now.saturating_add(capacity)),
        l::at.eq(now),
    );
    let told = l::at.le(now.saturating_add(CLOCK_SKEW));
    let latest = case_when(told.and(l::at.gt(now)), l::at).otherwise(now.into_sql::<BigInt>());
    let spent: Row = each_backend!(conn, |conn| diesel::insert_into(table)
        .values(row)
        .on_conflict(l::key)
        .do_update()
        .set((l::tat.eq(latest + capacity), l::at.eq(latest)))
        .returning((l::tat, l::at))
        .get_result(conn))?;
    Ok(level(spent))
}

const fn level((tat, at): Row) -> Level {
    Level { tat, at }
}
