//! Disabling and enabling a client, of which there may be any number of grants.
//!
//! From the first transaction on the client is disabled, and refused everything: every query for a token
//! asks for that too. So what it was granted can be revoked in steps that hold nobody up; where they are
//! cut short, the next call goes on with them, and no client is enabled before they are done.

use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, StoreError, Timestamp};

use crate::audit;
use crate::clients::present;
use crate::conn::{Conn, locked};
use crate::database::Database;
use crate::fault::Fault;
use crate::revoke;
use crate::row::moment;
use crate::schema::clients as c;

/// How many grants are revoked in one transaction.
const STEP: usize = 2_000;

impl Database {
    /// Disables a client; answers whether it exists.
    pub(crate) fn disable_client(
        &self,
        id: &ClientId,
        at: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let (found, mut done) = self.write_tx(|conn| {
            let disabled = diesel::update(present(id)).set((
                c::disabled_at.eq(at.as_unix()),
                c::disabled_count.eq(c::disabled_count + 1),
            ));
            let found = disabled.execute(conn)? == 1;
            audit::insert_if(conn, found, act)?;
            let done = !found || revoke_some(conn, id, STEP)?;
            Ok((found, done))
        })?;
        while !done {
            done = self.write_tx(|conn| revoke_some(conn, id, STEP))?;
        }
        Ok(found)
    }

    /// Enables a client; answers whether it exists.
    pub(crate) fn enable_client(
        &self,
        id: &ClientId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        loop {
            let enabled = self.write_tx(|conn| {
                if !revoke_some(conn, id, STEP)? {
                    return Ok(None);
                }
                let enabled = diesel::update(present(id))
                    .set(c::disabled_at.eq(None::<i64>))
                    .execute(conn)?;
                audit::insert_if(conn, enabled == 1, act).map(Some)
            })?;
            if let Some(found) = enabled {
                return Ok(found);
            }
        }
    }
}

/// Revokes at most `limit` of what a client was granted, if it is disabled; answers whether nothing is left.
/// Locks the client first, as everybody does: nobody enables it meanwhile, nor revokes the same.
fn revoke_some(conn: &mut Conn, id: &ClientId, limit: usize) -> Result<bool, Fault> {
    let query = present(id).select(c::disabled_at);
    let disabled: Option<Option<i64>> = locked!(conn, for_no_key_update, query).optional()?;
    match moment(disabled.flatten()) {
        Some(at) => Ok(revoke::some_of_client(conn, id, at, limit)? < limit),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    use hodlxxi_kernel::audit::{Action, Origin};
    use hodlxxi_kernel::{OsEntropy, SystemClock};

    use super::*;
    use crate::url::DatabaseUrl;

    fn act(action: Action) -> AuditEntry {
        AuditEntry::new(action, &Origin::server(), &SystemClock, &OsEntropy)
    }

    /// A database with a client of so many grants, and a count of those that are live.
    fn client_with(grants: usize) -> (tempfile::TempDir, Database, ClientId) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&DatabaseUrl::sqlite(dir.path().join("x.db")), 1).unwrap();
        database.migrate().unwrap();
        let id = ClientId::generate(&SystemClock, &OsEntropy);
        let rows = format!(
            "INSERT INTO clients (id, metadata, origin, verified, created_at) \
             VALUES ('{id}', '{{}}', 'registered', 0, 1); \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {grants}) \
             INSERT INTO grants (id, client_id, created_at, last_used_at, kept_until) \
             SELECT 'g' || i, '{id}', 1, 1, 1 FROM n"
        );
        database
            .write_tx(|conn| Ok(conn.batch_execute(&rows)?))
            .unwrap();
        (dir, database, id)
    }

    fn live(database: &Database) -> usize {
        let count = "count(*) FROM grants WHERE revoked_at IS NULL";
        let count = diesel::select(sql::<BigInt>(count));
        let live = database.read(|conn| Ok(count.get_result::<i64>(conn)?));
        usize::try_from(live.unwrap()).unwrap()
    }

    #[test]
    fn any_number_of_grants_is_revoked() {
        for grants in [1, STEP, 2 * STEP + 1] {
            let (_dir, database, id) = client_with(grants);
            assert_eq!(live(&database), grants);
            let at = Timestamp::from_unix(5);
            let act = act(Action::ClientDisabled);
            assert!(database.disable_client(&id, at, &act).unwrap());
            assert_eq!(live(&database), 0);
        }
    }

    #[test]
    fn what_was_cut_short_is_done_before_the_client_is_enabled() {
        let (_dir, database, id) = client_with(2 * STEP + 1);
        // As a process leaves it that dies after the first step.
        let cut = format!("UPDATE clients SET disabled_at = 5 WHERE id = '{id}'");
        database
            .write_tx(|conn| {
                conn.batch_execute(&cut)?;
                assert!(!revoke_some(conn, &id, STEP)?);
                Ok(())
            })
            .unwrap();
        assert_eq!(live(&database), STEP + 1);
        let enabled = act(Action::ClientEnabled);
        assert!(database.enable_client(&id, &enabled).unwrap());
        assert_eq!(live(&database), 0);
    }

    #[test]
    fn enabling_one_that_is_not_disabled_revokes_nothing() {
        let (_dir, database, id) = client_with(3);
        let enabled = act(Action::ClientEnabled);
        assert!(database.enable_client(&id, &enabled).unwrap());
        assert_eq!(live(&database), 3);
    }
}
