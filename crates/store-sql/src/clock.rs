//! The time by the database server, which every node can ask.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use hodlxxi_kernel::StoreError;

use crate::conn::Conn;
use crate::database::Database;

impl Database {
    /// Microseconds since the Unix epoch by the server's clock; none where the database is a file, which has no clock
    /// but this machine's.
    pub fn server_micros(&self) -> Result<Option<i64>, StoreError> {
        self.read(|conn| match conn {
            Conn::Pg(_) => {
                let now =
                    sql::<BigInt>("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
                Ok(Some(diesel::select(now).get_result::<i64>(conn)?))
            }
            Conn::Sqlite(_) => Ok(None),
        })
    }
}
