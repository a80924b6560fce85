//! Clients, and the tokens that let strangers register them.

use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ClientTier, SecretHash, StoreError, Timestamp, UserId};
use hodlxxi_oauth::client::{Client, ClientMetadata, ClientPage, ClientStore, InitialAccessToken};

use crate::audit;
use crate::client_rows::{ClientRow, REGISTERED, tier_text};
use crate::conn::{Conn, each_backend, locked, locked_all, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::noted::Noted;
use crate::people;
use crate::row::{RowError, count, seconds, to_json};
use crate::schema::clients::{self as c, table};
use crate::schema::initial_access_tokens as tokens;

/// How often a client's use is written down at most, in seconds.
const USE_NOTED_EVERY: i64 = 24 * 3600;

/// A client, unless it was deleted.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn present<'a>(id: &'a ClientId) -> _ {
    let id: &'a str = id.as_str();
    table.find(id).filter(c::deleted_at.is_null())
}

/// Whether a client is neither disabled nor deleted. Both are asked for: a program of a version that knows no deleted
/// clients takes them for disabled ones, and may have enabled one.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn enabled() -> _ {
    c::disabled_at.is_null().and(c::deleted_at.is_null())
}

impl Database {
    /// Notes that a client was used, to within a day: in a transaction of its own, before the one that
    /// uses it, whose lock on the client's row it would have to strengthen.
    pub(crate) fn note_use(&self, client: &str, now: Timestamp) -> Result<(), StoreError> {
        if self.noted().is_within(USE_NOTED_EVERY, client, now) {
            return Ok(());
        }
        self.write(|conn| note_use(conn, client, now))?;
        self.noted().remember(client, now);
        Ok(())
    }
}

/// Notes that a client was used, unless that is noted already: then its row is not locked. It must be
/// the transaction's first write: whoever disables a client takes that lock first as well.
pub(crate) fn note_use(conn: &mut Conn, client: &str, now: Timestamp) -> Result<(), Fault> {
    let unnoted = c::last_used_at
        .is_null()
        .or(c::last_used_at.lt(now.minus(USE_NOTED_EVERY).as_unix()));
    diesel::update(table.find(client).filter(unnoted))
        .set(c::last_used_at.eq(now.as_unix()))
        .execute(conn)?;
    Ok(())
}

/// Whether a client's use need not be noted for now.
pub(crate) fn is_noted(noted: &Noted, client: &str, now: Timestamp) -> bool {
    noted.is_within(USE_NOTED_EVERY, client, now)
}

/// Locks the clients of a person: before the person, as everybody does who may wait for both.
pub(crate) fn lock_owned(conn: &mut Conn, owner: &str) -> Result<(), Fault> {
    let owned = table
        .filter(c::owner_user_id.eq(owner))
        .order(c::id)
        .select(c::id);
    let _: Vec<String> = locked_all!(conn, for_no_key_update, owned)?;
    Ok(())
}

/// How often the client has been disabled; none if there is no such client or it is disabled. Until
/// the transaction ends it cannot be.
pub(crate) fn lock_enabled(conn: &mut Conn, client: &ClientId) -> Result<Option<i64>, Fault> {
    let query = table
        .find(client.as_str())
        .filter(enabled())
        .select(c::disabled_count);
    Ok(locked!(conn, for_share, query).optional()?)
}

fn insert(conn: &mut Conn, client: &Client, act: &AuditEntry) -> Result<(), Fault> {
    diesel::insert_into(table)
        .values(ClientRow::new(client)?)
        .execute(conn)?;
    audit::insert(conn, act)
}

impl ClientStore for Database {
    fn insert_client(&self, client: &Client, act: &AuditEntry) -> Result<(), StoreError> {
        self.write_tx(|conn| insert(conn, client, act))
    }

    fn insert_client_with_token(
        &self,
        client: &Client,
        token: &SecretHash,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| {
            let live = tokens::table
                .find(token.to_text())
                .filter(tokens::uses_left.gt(0))
                .filter(tokens::expires_at.gt(now.as_unix()));
            let taken = diesel::update(live)
                .set(tokens::uses_left.eq(tokens::uses_left - 1))
                .execute(conn)?;
            if taken == 0 {
                return Ok(false);
            }
            insert(conn, client, act)?;
            Ok(true)
        })
    }

    fn insert_owned_client(
        &self,
        client: &Client,
        owner: &UserId,
        most: u32,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| {
            // Of several at once, one after the other counts what is there.
            people::lock(conn, owner)?;
            let theirs = table.filter(c::owner_user_id.eq(owner.as_str()));
            let number: i64 = theirs.count().get_result(conn)?;
            if number >= i64::from(most) {
                return Ok(false);
            }
            insert(conn, client, act)?;
            Ok(true)
        })
    }

    fn clients_of(&self, owner: &UserId) -> Result<Vec<Client>, StoreError> {
        let theirs = table
            .filter(c::owner_user_id.eq(owner.as_str()))
            .order(c::id.desc());
        self.read(|conn| {
            let rows: Vec<ClientRow> = theirs.load(conn)?;
            let clients: Result<_, RowError> = rows.into_iter().map(Client::try_from).collect();
            Ok(clients?)
        })
    }

    fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        self.read(|conn| {
            let query = present(id);
            let row: Option<ClientRow> =
                each_backend!(conn, |conn| query.get_result(conn)).optional()?;
            Ok(row.map(Client::try_from).transpose()?)
        })
    }

    fn update_client(
        &self,
        id: &ClientId,
        metadata: &ClientMetadata,
        secret: Option<&SecretHash>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        // What is none stays as it is.
        #[derive(AsChangeset)]
        #[diesel(table_name = c)]
        struct Change {
            metadata: String,
            secret_hash: Option<String>,
        }
        self.write_tx(|conn| {
            let change = Change {
                metadata: to_json(metadata)?,
                secret_hash: secret.map(SecretHash::to_text),
            };
            let client = diesel::update(present(id)).set(change);
            let changed = client.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn set_client_secret(
        &self,
        id: &ClientId,
        secret: &SecretHash,
        old_good_until: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let (client, new) = (present(id), c::secret_hash.eq(secret.to_text()));
        let until = c::previous_secret_until.eq(seconds(old_good_until));
        self.write_tx(|conn| {
            let changed = if old_good_until.is_some() {
                let old = c::previous_secret_hash.eq(c::secret_hash);
                diesel::update(client)
                    .set((new, old, until))
                    .execute(conn)?
            } else {
                let old = c::previous_secret_hash.eq(None::<String>);
                diesel::update(client)
                    .set((new, old, until))
                    .execute(conn)?
            };
            audit::insert_if(conn, changed == 1, act)
        })
    }

    fn end_previous_secret(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError> {
        let kept = present(id).filter(c::previous_secret_hash.is_not_null());
        let ended = diesel::update(kept).set((
            c::previous_secret_hash.eq(None::<String>),
            c::previous_secret_until.eq(None::<i64>),
        ));
        self.write_tx(|conn| {
            let changed = ended.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn set_client_verified(
        &self,
        id: &ClientId,
        verified: bool,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let client = diesel::update(present(id)).set(c::verified.eq(verified));
        self.write_tx(|conn| {
            let changed = client.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn set_client_disabled(
        &self,
        id: &ClientId,
        disabled_at: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        match disabled_at {
            Some(at) => self.disable_client(id, at, act),
            None => self.enable_client(id, act),
        }
    }

    fn set_client_tier(
        &self,
        id: &ClientId,
        tier: ClientTier,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let client = diesel::update(present(id)).set(c::tier.eq(tier_text(tier)));
        self.write_tx(|conn| {
            let changed = client.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn delete_client(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError> {
        self.delete_whole_client(id, act)
    }

    fn purge_deleted_clients(&self, limit: u32) -> Result<usize, StoreError> {
        self.remove_deleted_clients(usize::try_from(limit).unwrap_or(usize::MAX))
    }

    fn clients(&self, before: Option<&ClientId>, limit: u32) -> Result<ClientPage, StoreError> {
        self.read(|conn| {
            let mut query = table
                .filter(c::deleted_at.is_null())
                .order(c::id.desc())
                .limit(i64::from(limit) + 1)
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(c::id.lt(before.as_str()));
            }
            let rows: Vec<ClientRow> = query.load(conn)?;
            let mut clients = rows.into_iter().map(Client::try_from);
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let page: Vec<Client> = clients.by_ref().take(limit).collect::<Result<_, _>>()?;
            let next = page.last().filter(|_| clients.next().is_some());
            Ok(ClientPage {
                next: next.map(|client| client.id.clone()),
                clients: page,
            })
        })
    }

    fn count_clients(&self) -> Result<u64, StoreError> {
        let there = table.filter(c::deleted_at.is_null());
        self.read(|conn| Ok(count(there.count().get_result(conn)?)))
    }

    fn is_initial_access_token_live(
        &self,
        token: &SecretHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.read(|conn| {
            let live = tokens::table
                .find(token.to_text())
                .filter(tokens::uses_left.gt(0))
                .filter(tokens::expires_at.gt(now.as_unix()));
            let found: Option<String> = live
                .select(tokens::token_hash)
                .get_result(conn)
                .optional()?;
            Ok(found.is_some())
        })
    }

    fn insert_initial_access_token(
        &self,
        token: &InitialAccessToken,
        act: &AuditEntry,
    ) -> Result<(), StoreError> {
        let row = (
            tokens::token_hash.eq(token.hash.to_text()),
            tokens::uses_left.eq(i64::from(token.uses)),
            tokens::expires_at.eq(token.expires_at.as_unix()),
        );
        self.write_tx(|conn| {
            diesel::insert_into(tokens::table)
                .values(row)
                .execute(conn)?;
            audit::insert(conn, act)
        })
    }

    fn purge_unused_clients(
        &self,
        made_before: Timestamp,
        limit: u32,
        act: &AuditEntry,
    ) -> Result<usize, StoreError> {
        self.write_tx(|conn| {
            let unused = table
                .select(c::id)
                .filter(c::origin.eq(REGISTERED))
                .filter(c::owner_user_id.is_null())
                .filter(c::last_used_at.is_null())
                .filter(c::created_at.lt(made_before.as_unix()))
                .limit(i64::from(limit));
            let unused: Vec<String> = unheld!(conn, unused)?;
            let clients = table.filter(c::id.eq_any(unused));
            let removed = diesel::delete(clients).execute(conn)?;
            let counted = act.clone().detail(&removed.to_string());
            audit::insert_if(conn, removed > 0, &counted)?;
            // Tokens for registration that ended so long ago go with them.
            let ended = tokens::table.filter(tokens::expires_at.lt(made_before.as_unix()));
            diesel::delete(ended).execute(conn)?;
            Ok(removed)
        })
    }
}
