//! What people allowed clients, and the applications they are connected to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ConsentId, StoreError, Timestamp, UserId};
use hodlxxi_oauth::client::Client;
use hodlxxi_oauth::grant::{Authorized, Connection, Consent, ConsentStore};
use hodlxxi_oauth::scope::ScopeSet;

use crate::audit;
use crate::client_rows::ClientRow;
use crate::conn::{Conn, each_backend, locked};
use crate::database::Database;
use crate::fault::Fault;
use crate::revoke;
use crate::row::{RowError, column, from_json, to_json};
use crate::schema::consents::{self as c, table};
use crate::schema::{clients, grants, users};

/// A consent's id, and when it was first given.
type IdRow = (Option<String>, i64);
/// The same with the scopes and the claims (JSON).
type ConsentRow = (IdRow, String, String);

const ID: (c::consent_id, c::first_allowed_at) = (c::consent_id, c::first_allowed_at);

/// The id; of a consent that a version without ids wrote down, the moment it was given.
fn read_id((id, first_allowed_at): IdRow) -> Result<ConsentId, RowError> {
    let id = id.unwrap_or_else(|| first_allowed_at.to_string());
    id.try_into().map_err(column("consents", "consent_id"))
}

fn read_consent((id, scope, claims): ConsentRow) -> Result<Consent, RowError> {
    Ok(Consent {
        id: read_id(id)?,
        scope: ScopeSet::parse(&scope),
        claims: from_json(&claims, "consents", "claims")?,
    })
}

/// Whether the consent that `authorized` rests on is still the one given. Runs after the person's row
/// was locked, which whoever withdraws it locks first.
pub(crate) fn stands(
    conn: &mut Conn,
    client: &ClientId,
    authorized: &Authorized,
) -> Result<bool, Fault> {
    let Some(id) = &authorized.consent else {
        return Ok(true);
    };
    let query = table
        .find((authorized.user.as_str(), client.as_str()))
        .select(ID);
    let row: Option<IdRow> = each_backend!(conn, |conn| query.get_result(conn)).optional()?;
    Ok(row.map(read_id).transpose()?.as_ref() == Some(id))
}

impl ConsentStore for Database {
    fn consent(&self, user: &UserId, client: &ClientId) -> Result<Option<Consent>, StoreError> {
        self.read(|conn| {
            let query =
                table
                    .find((user.as_str(), client.as_str()))
                    .select((ID, c::scope, c::claims));
            let row: Option<ConsentRow> =
                each_backend!(conn, |conn| query.get_result(conn)).optional()?;
            Ok(row.map(read_consent).transpose()?)
        })
    }

    fn remember_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        consent: &Consent,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<ConsentId, StoreError> {
        self.write_tx(|conn| {
            // Before the row that it is about: whoever merges the account holds this, and writes such rows.
            let query = users::table.find(user.as_str()).select(users::id);
            let _: Option<String> = locked!(conn, for_key_share, query).optional()?;
            let first = (
                c::user_id.eq(user.as_str()),
                c::client_id.eq(client.as_str()),
                c::scope.eq(consent.scope.to_string()),
                c::claims.eq(to_json(&consent.claims)?),
                c::first_allowed_at.eq(now.as_unix()),
                c::consent_id.eq(consent.id.as_str()),
            );
            let inserted = each_backend!(conn, |conn| diesel::insert_into(table)
                .values(first)
                .on_conflict_do_nothing()
                .execute(conn))?;
            let id = match inserted {
                0 => add(conn, user, client, consent)?,
                _ => consent.id.clone(),
            };
            audit::insert(conn, act)?;
            Ok(id)
        })
    }

    fn withdraw_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| {
            // A code that is being redeemed is waited for, so that its grant is revoked too.
            let query = users::table.find(user.as_str()).select(users::id);
            let _: Option<String> = locked!(conn, for_no_key_update, query).optional()?;
            let consent = table.find((user.as_str(), client.as_str()));
            let forgotten = diesel::delete(consent).execute(conn)? == 1;
            let revoked = revoke::of_both(conn, user, client, now)?;
            audit::insert_if(conn, forgotten || revoked, act)
        })
    }

    fn connections(&self, user: &UserId) -> Result<Vec<Connection>, StoreError> {
        self.read(|conn| {
            let mut connections = consented(conn, user)?;
            add_granted(conn, user, &mut connections)?;
            connections.sort_by_key(|connection| Reverse(connection.first_allowed_at));
            Ok(connections)
        })
    }
}

/// Adds to a consent that is there, whose row stays locked until the transaction ends; answers its id.
fn add(
    conn: &mut Conn,
    user: &UserId,
    client: &ClientId,
    more: &Consent,
) -> Result<ConsentId, Fault> {
    let row = table.find((user.as_str(), client.as_str()));
    let query = row.select((ID, c::scope, c::claims));
    let known: ConsentRow = locked!(conn, for_update, query)?;
    let known = read_consent(known)?;
    let claims: BTreeSet<&String> = known.claims.iter().chain(&more.claims).collect();
    diesel::update(row)
        .set((
            c::scope.eq(known.scope.union(&more.scope).to_string()),
            c::claims.eq(to_json(&claims)?),
        ))
        .execute(conn)?;
    Ok(known.id)
}

/// The applications that the user's consent is remembered for.
fn consented(conn: &mut Conn, user: &UserId) -> Result<Vec<Connection>, Fault> {
    let rows: Vec<(ClientRow, String, i64)> = table
        .inner_join(clients::table)
        .filter(clients::deleted_at.is_null())
        .filter(c::user_id.eq(user.as_str()))
        .select((clients::all_columns, c::scope, c::first_allowed_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(client, scope, first_allowed_at)| {
            Ok(Connection {
                client: Client::try_from(client)?,
                scope: ScopeSet::parse(&scope),
                first_allowed_at: Timestamp::from_unix(first_allowed_at),
                last_used_at: None,
            })
        })
        .collect()
}

/// What one client's live grants of a person come to.
#[derive(Queryable)]
struct Granted {
    /// What the first of them allows (JSON).
    authorized: Option<String>,
    created_at: i64,
    last_used_at: i64,
}

/// The user's live grants, by client.
fn granted(conn: &mut Conn, user: &UserId) -> Result<BTreeMap<String, Granted>, Fault> {
    let rows: Vec<(String, Granted)> = grants::table
        .filter(grants::user_id.eq(user.as_str()))
        .filter(grants::revoked_at.is_null())
        .order(grants::created_at)
        .select((
            grants::client_id,
            (grants::authorized, grants::created_at, grants::last_used_at),
        ))
        .load(conn)?;
    let mut granted: BTreeMap<String, Granted> = BTreeMap::new();
    for (client, grant) in rows {
        let last_used_at = grant.last_used_at;
        let first = granted.entry(client).or_insert(grant);
        first.last_used_at = first.last_used_at.max(last_used_at);
    }
    Ok(granted)
}

/// Adds the applications that have live grants of the user, and when each last got tokens.
fn add_granted(
    conn: &mut Conn,
    user: &UserId,
    connections: &mut Vec<Connection>,
) -> Result<(), Fault> {
    let mut granted = granted(conn, user)?;
    for known in connections.iter_mut() {
        let grant = granted.remove(known.client.id.as_str());
        known.last_used_at = grant.map(|grant| Timestamp::from_unix(grant.last_used_at));
    }
    let others = clients::table
        .filter(clients::deleted_at.is_null())
        .filter(clients::id.eq_any(granted.keys()));
    let others: Vec<ClientRow> = others.load(conn)?;
    for client in others {
        let Some(grant) = granted.remove(&client.id) else {
            continue;
        };
        let authorized = grant
            .authorized
            .map(|text| from_json::<Authorized>(&text, "grants", "authorized"))
            .transpose()?;
        connections.push(Connection {
            client: Client::try_from(client)?,
            scope: authorized.map_or(ScopeSet::empty(), |authorized| authorized.scope),
            first_allowed_at: Timestamp::from_unix(grant.created_at),
            last_used_at: Some(Timestamp::from_unix(grant.last_used_at)),
        });
    }
    Ok(())
}
