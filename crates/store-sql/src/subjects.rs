//! By which subjects clients know people who merged accounts.

use diesel::prelude::*;
use hodlxxi_kernel::{ClientId, StoreError, UserId};
use hodlxxi_oauth::person::SubjectSource;

use crate::conn::{Conn, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::column;
use crate::schema::subject_aliases::{self as aliases, table};

impl SubjectSource for Database {
    fn known_as(&self, user: &UserId, client: &ClientId) -> Result<Option<UserId>, StoreError> {
        self.read(|conn| known_as(conn, user, client))
    }
}

/// The account that the subject by which `client` knows `user` is made of, where that is not their own.
pub(crate) fn known_as(
    conn: &mut Conn,
    user: &UserId,
    client: &ClientId,
) -> Result<Option<UserId>, Fault> {
    let query = table
        .find((user.as_str(), client.as_str()))
        .select(aliases::known_as);
    let id: Option<String> = each_backend!(conn, |conn| query.get_result(conn)).optional()?;
    let id = id.map(UserId::try_from).transpose();
    Ok(id.map_err(column("subject_aliases", "known_as"))?)
}
