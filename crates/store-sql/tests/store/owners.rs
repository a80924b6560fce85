//! Clients that are deleted, by themselves or with the accounts that they belong to.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection as _;
use hodlxxi_audit::store::AuditStore as _;
use hodlxxi_auth::account::AccountEndStore as _;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{ClientId, GrantId, OsEntropy, SecretHash, SystemClock};
use hodlxxi_oauth::client::ClientStore as _;
use hodlxxi_oauth::contract::{Fixture as _, NOW};
use hodlxxi_oauth::grant::{AccessTokenRecord, Grant, GrantStore as _};
use hodlxxi_oauth::scope::ScopeSet;

use crate::fixture::{Fresh, act, new_hash};
use crate::merge::own_client;

/// A client with an access token that was granted to it.
fn granted(fresh: &Fresh) -> (ClientId, SecretHash) {
    let client = own_client(fresh, &fresh.user()).unwrap();
    let grant = Grant {
        id: GrantId::generate(&SystemClock, &OsEntropy),
        client: client.clone(),
        authorized: None,
        created_at: NOW,
    };
    let access = AccessTokenRecord {
        hash: new_hash(),
        grant: grant.id.clone(),
        scope: ScopeSet::parse("read_limited"),
        audience: Vec::new(),
        issued_at: NOW,
        expires_at: NOW.plus(60),
    };
    let issued = act(Action::TokenGranted);
    fresh.database.issue(&grant, &access, &issued).unwrap();
    assert!(is_live(fresh, &access.hash));
    (client, access.hash)
}

fn is_live(fresh: &Fresh, access: &SecretHash) -> bool {
    let found = fresh.database.access_token(access, NOW);
    found.unwrap().is_some()
}

#[test]
fn a_client_is_deleted_though_somebody_holds_rows_of_it() {
    let fresh = Fresh::postgres();
    let (client, access) = granted(&fresh);
    let mut holder = fresh.server_connection();
    let hold = "BEGIN; SELECT 1 FROM grants FOR UPDATE; SELECT 1 FROM access_tokens FOR UPDATE";
    holder.batch_execute(hold).unwrap();
    let database = &fresh.database;
    let deleted = act(Action::ClientDeleted);
    assert!(database.delete_client(&client, &deleted).unwrap());
    assert_eq!(database.client(&client).unwrap(), None);
    assert!(!is_live(&fresh, &access));
    assert_eq!(database.purge_deleted_clients(10).unwrap(), 0);
    holder.batch_execute("COMMIT").unwrap();
    // The token, the grant and the client.
    assert_eq!(database.purge_deleted_clients(10).unwrap(), 3);
    assert_eq!(database.purge_deleted_clients(10).unwrap(), 0);
}

#[test]
fn a_deleted_client_that_the_version_before_enabled_is_still_deleted() {
    for fresh in Fresh::each() {
        let (client, access) = granted(&fresh);
        let set = "deleted_at = 1, disabled_at = NULL";
        fresh.execute(&format!("UPDATE clients SET {set} WHERE id = '{client}'"));
        assert!(!is_live(&fresh, &access));
        assert_eq!(fresh.database.client(&client).unwrap(), None);
        assert_eq!(fresh.database.purge_deleted_clients(10).unwrap(), 3);
    }
}

#[test]
fn an_account_that_is_deleted_takes_its_clients_along() {
    for fresh in Fresh::each() {
        let owner = fresh.user();
        let (gone, other) = [&owner, &fresh.user()]
            .map(|owner| own_client(&fresh, owner).unwrap())
            .into();
        let database = &fresh.database;
        let delete = || database.delete_account(&owner, NOW, &act).unwrap();
        assert!(!delete());
        assert!(database.client(&gone).unwrap().is_some());
        fresh.execute(&format!(
            "UPDATE users SET deletes_at = 1 WHERE id = '{owner}'"
        ));
        assert!(delete());
        assert_eq!(database.client(&gone).unwrap(), None);
        let entries = database.page(None, 2).unwrap().into_iter();
        let told: BTreeSet<_> = entries.map(|entry| (entry.action, entry.client)).collect();
        let client = ("oauth.client_deleted".to_owned(), Some(gone.to_string()));
        let account = ("auth.account_deleted".to_owned(), None);
        assert_eq!(told, [account, client].into());
        // What there was of it goes later.
        for left in [1, 0] {
            assert_eq!(database.purge_deleted_clients(10).unwrap(), left);
        }
        assert!(database.client(&other).unwrap().is_some());
    }
}
