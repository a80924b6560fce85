//! The audit log: entries, the seals over them, and what is left of those that expired.
//!
//! An entry is one plain insert in the transaction of the act, and reads nothing, so that no two
//! transactions wait for each other because of the log.

use diesel::dsl::{count_star, exists, max, min, not, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::result::Error as SqlError;
use diesel::sql_types::Bool;
use hodlxxi_audit::seal::{Checkpoint, Seal, Tip};
use hodlxxi_audit::store::{AuditStore, Waiting};
use hodlxxi_kernel::audit::{AuditEntry, AuditId, AuditLog, AuditRecord, Part};
use hodlxxi_kernel::{StoreError, UserId};

use crate::audit_rows::{CheckpointRow, EntryRow, SealRow, UNSEALED, hash};
use crate::conn::{Conn, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::{RowError, count, moment};
use crate::schema::audit_checkpoints as c;
use crate::schema::audit_entries::{self as e, table};
use crate::schema::audit_seals as s;
use crate::schema::merged_accounts;

/// Writes an act down; inside the transaction of the act.
pub(crate) fn insert(conn: &mut Conn, act: &AuditEntry) -> Result<(), Fault> {
    let row = EntryRow::from(AuditRecord::from(act));
    each_backend!(conn, |conn| diesel::insert_into(table)
        .values(row)
        .execute(conn))?;
    Ok(())
}

/// Writes an act down if it was `done`, which is answered.
pub(crate) fn insert_if(conn: &mut Conn, done: bool, act: &AuditEntry) -> Result<bool, Fault> {
    if done {
        insert(conn, act)?;
    }
    Ok(done)
}

impl AuditLog for Database {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.write(|conn| insert(conn, entry))
    }

    fn concerning(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.read(|conn| {
            let mut theirs = table
                .filter(e::user_id.eq(person.as_str()))
                .filter(is_of(part))
                .order(e::id.desc())
                .limit(i64::from(limit))
                .into_boxed();
            if let Some(before) = before {
                theirs = theirs.filter(e::id.lt(before.as_str()));
            }
            Ok(records(theirs.load(conn)?)?)
        })
    }
}

/// Whether an entry is of `part`: word for word what the two indexes on a person's entries are limited to,
/// since a parameter in its place would keep a database from using them.
fn is_of(part: Part) -> SqlLiteral<Bool> {
    sql(match part {
        Part::Acts => "action <> 'auth.sign_in_failed'",
        Part::FailedSignIns => "action = 'auth.sign_in_failed'",
    })
}

impl AuditStore for Database {
    fn page(&self, before: Option<&AuditId>, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let mut newest = table
            .order(e::id.desc())
            .limit(i64::from(limit))
            .into_boxed();
        if let Some(before) = before {
            newest = newest.filter(e::id.lt(before.as_str()));
        }
        self.read(|conn| Ok(records(newest.load(conn)?)?))
    }

    fn unsealed(&self, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let waiting = table
            .filter(e::seal.eq(UNSEALED))
            .order(e::id)
            .limit(i64::from(limit));
        self.read(|conn| Ok(records(waiting.load(conn)?)?))
    }

    fn waiting(&self) -> Result<Waiting, StoreError> {
        let waiting = table.filter(e::seal.eq(UNSEALED));
        self.read(|conn| {
            let (number, oldest): (i64, Option<i64>) = waiting
                .select((count_star(), min(e::happened_at)))
                .get_result(conn)?;
            Ok(Waiting {
                count: count(number),
                oldest: moment(oldest),
            })
        })
    }

    fn tip(&self) -> Result<Tip, StoreError> {
        self.read(|conn| {
            let last = s::table
                .order(s::number.desc())
                .select((s::number, s::head));
            let last: Option<(i64, Vec<u8>)> = last.first(conn).optional()?;
            if let Some((number, head)) = last {
                let head = hash(&head, "audit_seals", "head")?;
                return Ok(Tip { number, head });
            }
            let checkpoint = checkpoint(conn)?;
            Ok(checkpoint.as_ref().map_or(Tip::BEGINNING, Checkpoint::tip))
        })
    }

    fn append_seal(&self, seal: &Seal) -> Result<bool, StoreError> {
        match self.try_write_tx(|conn| append(conn, seal)) {
            Ok(()) => Ok(true),
            Err(Fault::Sql(SqlError::RollbackTransaction)) => Ok(false),
            Err(fault) => Err(fault.into()),
        }
    }

    fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, StoreError> {
        let seals = s::table
            .filter(s::number.gt(after))
            .order(s::number)
            .limit(i64::from(limit));
        self.read(|conn| {
            let rows: Vec<SealRow> = seals.load(conn)?;
            let seals: Result<_, RowError> = rows.into_iter().map(Seal::try_from).collect();
            Ok(seals?)
        })
    }

    fn entries_of(&self, seal: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let sealed = table.filter(e::seal.eq(seal)).order(e::id);
        self.read(|conn| Ok(records(sealed.load(conn)?)?))
    }

    fn strays(&self, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let strays = table
            .filter(e::seal.ne(UNSEALED))
            .filter(not(exists(s::table.filter(s::number.eq(e::seal)))))
            .order(e::id)
            .limit(i64::from(limit));
        self.read_long(|conn| Ok(records(strays.load(conn)?)?))
    }

    fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.read(checkpoint)
    }

    fn expire(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
        let number = checkpoint.number;
        self.write_long_tx(|conn| {
            let furthest: Option<i64> = c::table.select(max(c::number)).get_result(conn)?;
            if furthest.is_some_and(|furthest| furthest >= number) {
                return Ok(false);
            }
            let kept = each_backend!(conn, |conn| diesel::insert_into(c::table)
                .values(CheckpointRow::from(checkpoint))
                .on_conflict_do_nothing()
                .execute(conn))?;
            if kept == 0 {
                return Ok(false);
            }
            diesel::delete(c::table.filter(c::number.lt(number))).execute(conn)?;
            let sealed = table.filter(e::seal.ne(UNSEALED));
            diesel::delete(sealed.filter(e::seal.le(number))).execute(conn)?;
            diesel::delete(s::table.filter(s::number.le(number))).execute(conn)?;
            Ok(true)
        })
    }

    fn erase(&self, person: &UserId, act: &AuditEntry) -> Result<u64, StoreError> {
        self.write_long_tx(|conn| {
            let erased = erase(conn, person)?;
            insert(conn, &act.clone().detail(&erased.to_string()))?;
            Ok(erased as u64)
        })
    }
}

/// Erases what the log says of a person, under their own id and those of the accounts that were merged into
/// theirs; answers how many entries that were.
pub(crate) fn erase(conn: &mut Conn, person: &UserId) -> Result<usize, Fault> {
    let merged = merged_accounts::table.filter(merged_accounts::user_id.eq(person.as_str()));
    let mut ids: Vec<String> = merged.select(merged_accounts::id).load(conn)?;
    ids.push(person.to_string());
    let mut erased = 0;
    for id in ids {
        erased += erase_one(conn, &id)?;
    }
    Ok(erased)
}

fn erase_one(conn: &mut Conn, id: &str) -> Result<usize, Fault> {
    let mut erased = 0;
    for part in [Part::Acts, Part::FailedSignIns] {
        let theirs = table.filter(e::user_id.eq(id));
        let nothing = (
            e::salt.eq(None::<Vec<u8>>),
            e::user_id.eq(None::<String>),
            e::session_id.eq(None::<String>),
            e::key_name.eq(None::<String>),
            e::address.eq(None::<String>),
            e::user_agent.eq(None::<String>),
        );
        let theirs = diesel::update(theirs.filter(is_of(part)));
        erased += theirs.set(nothing).execute(conn)?;
    }
    Ok(erased)
}

fn records(rows: Vec<EntryRow>) -> Result<Vec<AuditRecord>, RowError> {
    rows.into_iter().map(AuditRecord::try_from).collect()
}

fn checkpoint(conn: &mut Conn) -> Result<Option<Checkpoint>, Fault> {
    let last = c::table.order(c::number.desc());
    let row: Option<CheckpointRow> = last.first(conn).optional()?;
    Ok(row.map(Checkpoint::try_from).transpose()?)
}

/// Keeps a seal; rolled back where its number is taken, or not all of its members wait.
fn append(conn: &mut Conn, seal: &Seal) -> Result<(), Fault> {
    let kept = each_backend!(conn, |conn| diesel::insert_into(s::table)
        .values(SealRow::from(seal))
        .on_conflict_do_nothing()
        .execute(conn))?;
    let ids = seal.members.iter().map(|member| member.id.as_str());
    let waiting = table.filter(e::id.eq_any(ids)).filter(e::seal.eq(UNSEALED));
    if kept == 1 {
        let sealed = diesel::update(waiting).set(e::seal.eq(seal.number));
        if sealed.execute(conn)? == seal.members.len() {
            return Ok(());
        }
    }
    Err(Fault::Sql(SqlError::RollbackTransaction))
}
