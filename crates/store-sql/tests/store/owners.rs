//! Clients that belong to people go with their accounts.

use hodlxxi_auth::account::AccountEndStore as _;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{ClientId, ClientTier, OsEntropy, SystemClock};
use hodlxxi_oauth::client::{Client, ClientOrigin, ClientStore as _};
use hodlxxi_oauth::contract::{Fixture as _, NOW};

use crate::fixture::{Fresh, act};

#[test]
fn an_account_that_is_deleted_takes_its_clients_along() {
    for fresh in Fresh::each() {
        let metadata = r#"{"redirect_uris": ["https://rp.example/cb"], "response_types": ["code"],
            "grant_types": ["authorization_code"], "token_endpoint_auth_method": "none",
            "id_token_signed_response_alg": "RS256"}"#;
        let kept = [fresh.user(), fresh.user()].map(|owner| {
            let client = Client {
                id: ClientId::generate(&SystemClock, &OsEntropy),
                secret_hash: None,
                registration_token_hash: None,
                previous_secret: None,
                owner: Some(owner.clone()),
                metadata: serde_json::from_str(metadata).unwrap(),
                origin: ClientOrigin::Registered,
                verified: false,
                created_at: NOW,
                last_used_at: None,
                disabled_at: None,
                disabled_count: 0,
                tier: ClientTier::Free,
            };
            let made = act(Action::ClientRegistered);
            let kept = fresh
                .database
                .insert_owned_client(&client, &owner, 20, &made);
            assert!(kept.unwrap());
            (client.id, owner)
        });
        let [(gone, owner), (other, _)] = kept;
        let database = &fresh.database;
        let delete = || {
            let act = act(Action::AccountDeleted);
            database.delete_account(&owner, NOW, &act).unwrap()
        };
        assert!(!delete());
        assert!(database.client(&gone).unwrap().is_some());
        fresh.execute(&format!(
            "UPDATE users SET deletes_at = 1 WHERE id = '{owner}'"
        ));
        assert!(delete());
        assert_eq!(database.client(&gone).unwrap(), None);
        // What there was of it goes later.
        for left in [1, 0] {
            assert_eq!(database.purge_deleted_clients(10).unwrap(), left);
        }
        assert!(database.client(&other).unwrap().is_some());
    }
}
