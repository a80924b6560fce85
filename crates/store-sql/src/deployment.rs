//! The name under which the nodes of this database share what it does not hold.

use diesel::dsl::exists;
use diesel::prelude::*;
use hodlxxi_kernel::{Deployment, Entropy, StoreError};

use crate::conn::{Conn, locked};
use crate::database::Database;
use crate::fault::Fault;
use crate::schema::{clients, schema_info as s, users};

impl Database {
    /// The deployment's name, given by whoever asks first. It is new to that one alone, and only
    /// while there are neither people nor clients, and never after a restore.
    pub fn deployment(&self, entropy: &dyn Entropy) -> Result<Deployment, StoreError> {
        let known = self.read(|conn| Ok(s::table.select(s::deployment).get_result(conn)?))?;
        match known {
            Some(id) => Ok(Deployment { id, is_new: false }),
            None => self.write_tx(|conn| name(conn, entropy)),
        }
    }
}

fn name(conn: &mut Conn, entropy: &dyn Entropy) -> Result<Deployment, Fault> {
    let query = s::table.select((s::deployment, s::remembers_since));
    let (known, restored): (Option<String>, Option<i64>) = locked!(conn, for_update, query)?;
    if let Some(id) = known {
        return Ok(Deployment { id, is_new: false });
    }
    let id = format!("{:032x}", u128::from_be_bytes(entropy.bytes()));
    diesel::update(s::table)
        .set(s::deployment.eq(&id))
        .execute(conn)?;
    let people: bool = diesel::select(exists(users::table.select(users::id))).get_result(conn)?;
    let clients: bool =
        diesel::select(exists(clients::table.select(clients::id))).get_result(conn)?;
    Ok(Deployment {
        id,
        is_new: !people && !clients && restored.is_none(),
    })
}
