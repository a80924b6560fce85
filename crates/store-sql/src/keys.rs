//! Signing keys: one generation of an algorithm is one key, whichever node makes it first.

use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{StoreError, Timestamp};
use hodlxxi_oauth::jose::{KeyStore, StoredKey};

use crate::audit;
use crate::conn::{Conn, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::{RowError, column, moment, seconds};
use crate::schema::signing_keys::{self as k, table};

#[derive(Queryable, Insertable)]
#[diesel(table_name = k, treat_none_as_default_value = false)]
struct KeyRow {
    kid: String,
    alg: String,
    generation: i64,
    sealed_private: Vec<u8>,
    created_at: i64,
    signs_from: i64,
    retires_at: Option<i64>,
}

impl From<&StoredKey> for KeyRow {
    fn from(key: &StoredKey) -> Self {
        Self {
            kid: key.kid.clone(),
            alg: key.alg.as_str().to_owned(),
            generation: key.generation,
            sealed_private: key.sealed_private.clone(),
            created_at: key.created_at.as_unix(),
            signs_from: key.signs_from.as_unix(),
            retires_at: seconds(key.retires_at),
        }
    }
}

impl TryFrom<KeyRow> for StoredKey {
    type Error = RowError;

    fn try_from(row: KeyRow) -> Result<Self, RowError> {
        Ok(Self {
            alg: row.alg.parse().map_err(column("signing_keys", "alg"))?,
            kid: row.kid,
            generation: row.generation,
            sealed_private: row.sealed_private,
            created_at: Timestamp::from_unix(row.created_at),
            signs_from: Timestamp::from_unix(row.signs_from),
            retires_at: moment(row.retires_at),
        })
    }
}

/// Every key kept, oldest generation first.
pub(crate) fn all(conn: &mut Conn) -> Result<Vec<StoredKey>, Fault> {
    let rows: Vec<KeyRow> = table.order((k::generation, k::alg)).load(conn)?;
    Ok(rows
        .into_iter()
        .map(StoredKey::try_from)
        .collect::<Result<_, _>>()?)
}

impl KeyStore for Database {
    fn signing_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.read(all)
    }

    fn insert_signing_key(
        &self,
        key: &StoredKey,
        predecessor_retires_at: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| {
            let written = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(KeyRow::from(key))
                .on_conflict((k::alg, k::generation))
                .do_nothing()
                .execute(conn))?;
            if written == 0 {
                return Ok(false);
            }
            let end = predecessor_retires_at.as_unix();
            let predecessors = table
                .filter(k::alg.eq(key.alg.as_str()))
                .filter(k::generation.lt(key.generation))
                .filter(k::retires_at.is_null().or(k::retires_at.gt(end)));
            diesel::update(predecessors)
                .set(k::retires_at.eq(end))
                .execute(conn)?;
            audit::insert_if(conn, true, act)
        })
    }

    fn purge_signing_keys(&self, now: Timestamp) -> Result<usize, StoreError> {
        let retired = table.filter(k::retires_at.lt(now.as_unix()));
        self.write(|conn| Ok(diesel::delete(retired).execute(conn)?))
    }
}
