//! Merging one account into another, in one transaction.
//!
//! Both rows of `users` are locked against everything, in the order of their ids: whoever signs in to
//! either, allows a client something for it or merges one of them elsewhere waits, and finds what came
//! of it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use hodlxxi_auth::account::{Merge, MergeOutcome};
use hodlxxi_kernel::{ClientId, SessionId, UserId};

use crate::audit;
use crate::clients::lock_owned;
use crate::conn::{Conn, each_backend, locked_all};
use crate::fault::Fault;
use crate::revoke::lock_of_users;
use crate::row::column;
use crate::schema::{
    clients, consents, devices, grants, linked_keys, logout_deliveries, merged_accounts,
    session_clients, sessions, subject_aliases as aliases, users,
};
use crate::sessions::session_ids;

/// Runs inside a write transaction.
pub(crate) fn merge(conn: &mut Conn, merge: &Merge) -> Result<MergeOutcome, Fault> {
    let outcome = decide(conn, merge)?;
    let mut act = merge.act.clone();
    act = act.became(merge.act.action, outcome.audited());
    if let MergeOutcome::Conflict(clients) = &outcome {
        let ids: Vec<&str> = clients.iter().map(ClientId::as_str).collect();
        act = act.detail(&ids.join(" "));
    }
    audit::insert(conn, &act)?;
    if let MergeOutcome::Merged { gone, .. } = &outcome {
        audit::insert(conn, &merge.away.clone().person(gone))?;
    }
    Ok(outcome)
}

fn decide(conn: &mut Conn, merge: &Merge) -> Result<MergeOutcome, Fault> {
    let stays = merge.user.as_str();
    let identity = merge.key.identity.to_string();
    let Some((goes, _)) = owner(conn, &identity)?.filter(|(goes, _)| goes != stays) else {
        return Ok(MergeOutcome::NothingToMerge);
    };
    // They will move.
    lock_owned(conn, &goes)?;
    let accounts = lock_both(conn, stays, &goes)?;
    // What was read before the rows were locked is read again.
    let Some((still, frozen_at)) = owner(conn, &identity)? else {
        return Ok(MergeOutcome::Moved);
    };
    let session: Option<String> = sessions::table
        .find(merge.session.as_str())
        .filter(sessions::user_id.eq(stays))
        .select(sessions::id)
        .get_result(conn)
        .optional()?;
    if accounts.len() < 2 || still != goes || session.is_none() {
        return Ok(MergeOutcome::Moved);
    }
    if accounts
        .iter()
        .any(|(id, disabled_at)| *id == goes && disabled_at.is_some())
    {
        return Ok(MergeOutcome::Disabled);
    }
    if frozen_at.is_some() {
        return Ok(MergeOutcome::KeyFrozen);
    }
    let (here, there) = (connected(conn, stays)?, connected(conn, &goes)?);
    let both: Vec<String> = here.intersection(&there).cloned().collect();
    if !both.is_empty() {
        let both = both.into_iter().map(ClientId::try_from);
        let both = both.collect::<Result<_, _>>();
        return Ok(MergeOutcome::Conflict(
            both.map_err(column("consents", "client_id"))?,
        ));
    }
    keep_subjects(conn, stays, &goes, &here, &there)?;
    let ended = move_all(conn, merge, &goes)?;
    Ok(MergeOutcome::Merged {
        gone: UserId::try_from(goes).map_err(column("users", "id"))?,
        ended,
    })
}

/// Whose key it is, and since when it is frozen.
fn owner(conn: &mut Conn, identity: &str) -> Result<Option<(String, Option<i64>)>, Fault> {
    let key = linked_keys::table.find(identity);
    let owner = key.select((linked_keys::user_id, linked_keys::frozen_at));
    Ok(owner.get_result(conn).optional()?)
}

/// Locks both accounts until the transaction ends; those that there are, and since when each is disabled.
fn lock_both(conn: &mut Conn, one: &str, other: &str) -> Result<Vec<(String, Option<i64>)>, Fault> {
    let both = users::table
        .filter(users::id.eq_any([one, other]))
        .order(users::id)
        .select((users::id, users::disabled_at));
    Ok(locked_all!(conn, for_update, both)?)
}

/// The clients that an account is connected to: by a consent, or a live grant.
fn connected(conn: &mut Conn, user: &str) -> Result<BTreeSet<String>, Fault> {
    let consents = consents::table
        .inner_join(clients::table)
        .filter(clients::deleted_at.is_null())
        .filter(consents::user_id.eq(user));
    let mut clients: Vec<String> = consents.select(consents::client_id).load(conn)?;
    let grants = grants::table
        .inner_join(clients::table)
        .filter(clients::deleted_at.is_null())
        .filter(grants::user_id.eq(user))
        .filter(grants::revoked_at.is_null())
        .select(grants::client_id);
    clients.extend(grants.load::<String>(conn)?);
    Ok(clients.into_iter().collect())
}

/// Sees to it that each client goes on to know the person by the subject it knows. A connection counts
/// for more than a subject of the past.
fn keep_subjects(
    conn: &mut Conn,
    stays: &str,
    goes: &str,
    here: &BTreeSet<String>,
    there: &BTreeSet<String>,
) -> Result<(), Fault> {
    let known: Vec<(String, String)> = aliases::table
        .filter(aliases::user_id.eq(goes))
        .select((aliases::client_id, aliases::known_as))
        .load(conn)?;
    let named = |client: &String| known.iter().any(|(of, _)| of == client);
    let own = there.iter().filter(|client| !named(client));
    let own: Vec<_> = own
        .map(|client| (client.clone(), goes.to_owned()))
        .collect();
    let moved = known.iter().filter(|(client, _)| !here.contains(client));
    let subjects: Vec<_> = moved.chain(&own).collect();
    // A client may have been deleted meanwhile; those that are there stay until the transaction ends.
    let ids = subjects.iter().map(|(client, _)| client);
    let left = clients::table
        .filter(clients::id.eq_any(ids))
        .order(clients::id)
        .select(clients::id);
    let left: Vec<String> = locked_all!(conn, for_key_share, left)?;
    let replaced = aliases::table
        .filter(aliases::user_id.eq(stays))
        .filter(aliases::client_id.eq_any(there));
    diesel::delete(replaced).execute(conn)?;
    for (client, known_as) in subjects {
        if !left.contains(client) {
            continue;
        }
        let row = (
            aliases::user_id.eq(stays),
            aliases::client_id.eq(client),
            aliases::known_as.eq(known_as),
        );
        each_backend!(conn, |conn| diesel::insert_into(aliases::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Moves what the account that goes has, and removes it; answers its sessions, which end.
fn move_all(conn: &mut Conn, merge: &Merge, goes: &str) -> Result<Vec<SessionId>, Fault> {
    let (stays, now) = (merge.user.as_str(), merge.now.as_unix());
    let sessions_there = sessions::table.filter(sessions::user_id.eq(goes));
    let ended = diesel::delete(sessions_there)
        .returning(sessions::id)
        .get_results(conn)?;
    // Who took part in them is told so, by the subject that is known there.
    let participants = session_clients::table.filter(session_clients::user_id.eq(goes));
    diesel::update(participants)
        .set(session_clients::user_id.eq(stays))
        .execute(conn)?;
    let told = logout_deliveries::table.filter(logout_deliveries::user_id.eq(goes));
    diesel::update(told)
        .set(logout_deliveries::user_id.eq(stays))
        .execute(conn)?;
    let keys = linked_keys::table.filter(linked_keys::user_id.eq(goes));
    diesel::update(keys)
        .set((
            linked_keys::user_id.eq(stays),
            linked_keys::primary_since.eq(None::<i64>),
        ))
        .execute(conn)?;
    let allowed = consents::table.filter(consents::user_id.eq(goes));
    diesel::update(allowed)
        .set(consents::user_id.eq(stays))
        .execute(conn)?;
    move_devices(conn, goes, stays)?;
    let before = merged_accounts::table.filter(merged_accounts::user_id.eq(goes));
    diesel::update(before)
        .set(merged_accounts::user_id.eq(stays))
        .execute(conn)?;
    let row = (
        merged_accounts::id.eq(goes),
        merged_accounts::user_id.eq(stays),
        merged_accounts::merged_at.eq(now),
    );
    diesel::insert_into(merged_accounts::table)
        .values(row)
        .execute(conn)?;
    diesel::update(users::table.find(stays))
        .set((
            users::merged_at.eq(now),
            users::updated_at.eq(now),
            users::is_guest.eq(false),
        ))
        .execute(conn)?;
    // Its clients move too, be they more than one person may make.
    let owned = clients::table.filter(clients::owner_user_id.eq(goes));
    diesel::update(owned)
        .set(clients::owner_user_id.eq(stays))
        .execute(conn)?;
    // Its codes, grants and tokens go with it.
    lock_of_users(conn, &[goes])?;
    diesel::delete(users::table.find(goes)).execute(conn)?;
    Ok(session_ids(ended)?)
}

/// Moves the devices that the account that stays does not know.
fn move_devices(conn: &mut Conn, goes: &str, stays: &str) -> Result<(), Fault> {
    let known: Vec<String> = devices::table
        .filter(devices::user_id.eq(stays))
        .select(devices::mark)
        .load(conn)?;
    let new = devices::table
        .filter(devices::user_id.eq(goes))
        .filter(devices::mark.ne_all(known));
    diesel::update(new)
        .set(devices::user_id.eq(stays))
        .execute(conn)?;
    Ok(())
}
