//! What a store says when a database holds what it should not, or refuses.

use std::error::Error;

use hodlxxi_auth::account::{AccountStore, DisplayName, SessionStore};
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{StoreError, StoreErrorKind};
use hodlxxi_oauth::contract::{Fixture, NOW};
use hodlxxi_oauth::jose::{KeyStore, SigningAlg, StoredKey};

use crate::fixture::{Fresh, act, new_hash};

/// The kind, and what the log would say.
fn told(error: &StoreError) -> (StoreErrorKind, String) {
    let source = error.source().map(ToString::to_string);
    (error.kind(), source.unwrap_or_default())
}

fn key() -> StoredKey {
    StoredKey {
        kid: "kid".to_owned(),
        alg: SigningAlg::EdDsa,
        generation: 1,
        sealed_private: vec![1, 2, 3],
        created_at: NOW,
        signs_from: NOW,
        retires_at: None,
    }
}

#[test]
fn a_corrupt_account_names_its_table_and_column() {
    for fresh in Fresh::each() {
        let user = fresh.user();
        let name = DisplayName::parse("Hal").unwrap();
        assert!(
            fresh
                .database
                .set_name(&user, Some(&name), NOW, &act(Action::NameChanged))
                .unwrap()
        );
        fresh.execute("UPDATE users SET name = ''");
        let error = fresh.database.user(&user).unwrap_err();
        let expected = (
            StoreErrorKind::Corrupt,
            "users.name cannot be read".to_owned(),
        );
        assert_eq!(told(&error), expected);
        let error = fresh.database.sessions_of(&user, NOW).unwrap_err();
        assert_eq!(told(&error), expected);
    }
}

#[test]
fn a_corrupt_key_names_its_table_and_column() {
    for fresh in Fresh::each() {
        assert!(
            fresh
                .database
                .insert_signing_key(&key(), NOW, &act(Action::KeyRotated))
                .unwrap()
        );
        fresh.execute("UPDATE signing_keys SET alg = 'none'");
        let error = fresh.database.signing_keys().unwrap_err();
        let expected = (
            StoreErrorKind::Corrupt,
            "signing_keys.alg cannot be read".to_owned(),
        );
        assert_eq!(told(&error), expected);
    }
}

#[test]
fn a_kid_is_taken_once() {
    for fresh in Fresh::each() {
        assert!(
            fresh
                .database
                .insert_signing_key(&key(), NOW, &act(Action::KeyRotated))
                .unwrap()
        );
        let same_kid = StoredKey {
            generation: 2,
            ..key()
        };
        let error = fresh
            .database
            .insert_signing_key(&same_kid, NOW.plus(1), &act(Action::KeyRotated))
            .unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Conflict);
        // Nothing of the refused step was written.
        assert_eq!(fresh.database.signing_keys().unwrap(), [key()]);
    }
}

#[test]
fn a_database_without_tables_is_unavailable() {
    for fresh in Fresh::each_unmigrated() {
        let error = fresh.database.session(&new_hash(), NOW).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(fresh.database.ping().is_ok());
    }
}
