//! A scratch database for a rehearsal: made beside the real one and dropped after it, or one that
//! the operator named, left empty.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use hodlxxi_backup::Contents;
use hodlxxi_kernel::{Entropy, Timestamp};

use super::super::contents::{quoted, tables};
use super::super::error::DatabaseFault;
use super::super::rehearsal::RehearseError;
use super::connect;
use super::line::other_database;
use crate::conn::{Conn, each_backend};
use crate::fault::Fault;
use crate::url::DatabaseUrl;

/// How the names of scratch databases begin; the time follows at which they were made.
const PREFIX: &str = "hodlxxi_verify_";

/// After how many seconds a scratch database that is still there was left by a process that died.
const LEFT_BEHIND: i64 = 24 * 3600;

/// A scratch database. Dropped, it is removed whatever happened.
pub(in super::super) struct Scratch {
    url: DatabaseUrl,
    /// Where it was made, and its name, if it was.
    made: Option<(DatabaseUrl, String)>,
    removed: bool,
}

impl Scratch {
    /// Makes a database beside that of `url`, in which the tables of `contents` find their schema.
    pub(in super::super) fn beside(
        url: &DatabaseUrl,
        contents: &Contents,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Self, RehearseError> {
        let suffix = u64::from_be_bytes(entropy.bytes());
        let name = format!("{PREFIX}{}_{suffix:016x}", now.as_unix());
        let failed = |error: DatabaseFault| RehearseError::NoScratch(error);
        let mut conn = connect(url).map_err(|error| failed(error.into()))?;
        remove_left_behind(&mut conn, now);
        let made = format!("CREATE DATABASE {} TEMPLATE template0", quoted(&name));
        conn.batch_execute(&made)
            .map_err(|error| failed(error.into()))?;
        let scratch = Self {
            url: other_database(url, &name)?,
            made: Some((url.clone(), name)),
            removed: false,
        };
        scratch
            .make_schema(contents)
            .map_err(RehearseError::NoScratch)?;
        Ok(scratch)
    }

    /// A database that is there, and was found fit for the backup.
    pub(in super::super) fn given(url: &DatabaseUrl) -> Self {
        Self {
            url: url.clone(),
            made: None,
            removed: false,
        }
    }

    pub(in super::super) const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Removes it, and says so if that fails.
    pub(in super::super) fn remove(mut self) -> Result<(), RehearseError> {
        self.removed = true;
        self.try_remove()
            .map_err(|source| RehearseError::NotRemoved {
                url: self.url.to_string(),
                source,
            })
    }

    fn make_schema(&self, contents: &Contents) -> Result<(), DatabaseFault> {
        let mut conn = connect(&self.url)?;
        if let Some((schema, (_, name))) = contents.schema.as_deref().zip(self.made.as_ref()) {
            let (schema, name) = (quoted(schema), quoted(name));
            conn.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
            conn.batch_execute(&format!("ALTER DATABASE {name} SET search_path = {schema}"))?;
        }
        Ok(())
    }

    fn try_remove(&self) -> Result<(), DatabaseFault> {
        if let Some((beside, name)) = &self.made {
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name));
            return Ok(connect(beside)?.batch_execute(&drop)?);
        }
        let mut conn = connect(&self.url)?;
        let names: Vec<String> = tables(&mut conn)?.keys().map(|name| quoted(name)).collect();
        if names.is_empty() {
            return Ok(());
        }
        Ok(conn.batch_execute(&format!("DROP TABLE {}", names.join(", ")))?)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.removed {
            // Something else has failed already, and is what will be told.
            let _ = self.try_remove();
        }
    }
}

/// Drops what earlier rehearsals left that were killed. One that cannot be dropped stays.
fn remove_left_behind(conn: &mut Conn, now: Timestamp) {
    let names = left_behind(conn, now).unwrap_or_default();
    for name in names {
        let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {}", quoted(&name)));
    }
}

fn left_behind(conn: &mut Conn, now: Timestamp) -> Result<Vec<String>, Fault> {
    #[derive(diesel::QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let ours = format!(
        "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname, '{PREFIX}')"
    );
    let names: Vec<Name> = each_backend!(conn, |conn| diesel::sql_query(&ours).load(conn))?;
    let before = now.minus(LEFT_BEHIND).as_unix();
    let old = |name: &str| -> bool {
        let made_at = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('_').next());
        made_at
            .and_then(|made_at| made_at.parse::<i64>().ok())
            .is_some_and(|made_at| made_at < before)
    };
    let names = names.into_iter().map(|row| row.name);
    Ok(names.filter(|name| old(name)).collect())
}
