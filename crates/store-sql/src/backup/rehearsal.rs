//! A rehearsal: a backup restored into a scratch database, compared with what its manifest says,
//! and brought up to date as a restore would.

use hodlxxi_backup::Contents;
use hodlxxi_kernel::{Entropy, Timestamp};
use hodlxxi_oauth::jose::StoredKey;
use thiserror::Error;

use super::error::{DatabaseFault, RestoreError, TargetError};
use super::postgres::{self, PgTools, Scratch, ToolError};
use super::staging::Staging;
use super::target::{Permit, check_contents, check_target};
use super::{contents, sqlite};
use crate::conn::Conn;
use crate::keys;
use crate::url::DatabaseUrl;

/// Why a backup is not proven good.
#[derive(Debug, Error)]
pub enum RehearseError {
    /// It cannot be restored where it would have to be.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// It cannot be restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// There is no scratch database.
    #[error(
        "no scratch database can be made: let the role create databases, or name an empty one by --scratch-url: {0}"
    )]
    NoScratch(#[source] DatabaseFault),
    /// The scratch database is still there.
    #[error("the backup is good, and the scratch database {url} was not removed: {source}")]
    NotRemoved {
        /// Where it is.
        url: String,
        /// Why.
        source: DatabaseFault,
    },
    /// The URL cannot be given to PostgreSQL's programs.
    #[error(transparent)]
    Tool(#[from] ToolError),
}

/// Restores the unpacked dump of `contents` into a scratch database, and compares: the schema, the
/// rows of every table, and whether SQLite finds it sound. Then it runs the migrations that the
/// backup lacks. Answers the signing keys that are in it.
///
/// For SQLite the dump itself is the scratch database. On PostgreSQL it is made on the server of
/// `url` and dropped whatever happens, unless `scratch` names one, which must be empty and is left so.
pub fn rehearse(
    url: &DatabaseUrl,
    scratch: Option<&DatabaseUrl>,
    dump: Staging,
    contents: &Contents,
    tools: &PgTools,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Vec<StoredKey>, RehearseError> {
    check_contents(url, contents)?;
    if url.is_embedded() {
        let dump = dump.into_path().map_err(RestoreError::from)?;
        let mut conn = sqlite::open(&dump).map_err(RestoreError::from)?;
        return Ok(examine(&mut conn, contents)?);
    }
    let scratch = match scratch {
        Some(scratch) => {
            check_target(scratch, contents, Permit::default())?;
            Scratch::given(scratch)
        }
        None => Scratch::beside(url, contents, now, entropy)?,
    };
    let keys = postgres::restore_dump(scratch.url(), dump, contents, tools).and_then(|()| {
        let mut conn = postgres::connect(scratch.url())?;
        examine(&mut conn, contents)
    })?;
    scratch.remove()?;
    Ok(keys)
}

fn examine(conn: &mut Conn, contents: &Contents) -> Result<Vec<StoredKey>, RestoreError> {
    contents::examine(conn, contents)?;
    let keys = keys::all(conn)?;
    contents::migrate(conn, &[])?;
    Ok(keys)
}
