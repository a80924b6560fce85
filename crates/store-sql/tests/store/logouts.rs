//! A session that ends while a code from it is redeemed: whoever got tokens is told.

use std::sync::Barrier;

use hodlxxi_auth::account::SessionStore as _;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{
    ClientId, ClientTier, GrantId, OsEntropy, SessionId, SignInMethod, SystemClock, UserId,
};
use hodlxxi_oauth::claims::ClaimsRequest;
use hodlxxi_oauth::client::{Client, ClientOrigin, ClientStore as _};
use hodlxxi_oauth::contract::{Fixture as _, NOW};
use hodlxxi_oauth::grant::{
    AccessTokenRecord, Authorized, Grant, GrantStore as _, LogoutStore as _, RedeemOutcome,
    Redemption,
};
use hodlxxi_oauth::scope::ScopeSet;

use crate::fixture::{Fresh, act, new_hash};

/// How often it is tried on each database.
const RACES: usize = 50;

/// A client that is told of logouts, kept.
pub(crate) fn client(fresh: &Fresh) -> ClientId {
    let metadata = r#"{"redirect_uris": ["https://rp.example/cb"], "response_types": ["code"],
        "grant_types": ["authorization_code"], "token_endpoint_auth_method": "none",
        "id_token_signed_response_alg": "RS256",
        "backchannel_logout_uri": "https://rp.example/logout"}"#;
    let client = Client {
        id: ClientId::generate(&SystemClock, &OsEntropy),
        secret_hash: None,
        registration_token_hash: None,
        previous_secret: None,
        owner: None,
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
    fresh.database.insert_client(&client, &made).unwrap();
    client.id
}

pub(crate) fn redemption(client: &ClientId, user: &UserId, session: &SessionId) -> Redemption {
    let grant = Grant {
        id: GrantId::generate(&SystemClock, &OsEntropy),
        client: client.clone(),
        authorized: Some(Authorized {
            known_as: None,
            user: user.clone(),
            session: session.clone(),
            consent: None,
            auth_time: NOW,
            method: SignInMethod::Bitcoin,
            scope: ScopeSet::parse("openid"),
            claims: ClaimsRequest::default(),
            nonce: None,
        }),
        created_at: NOW,
    };
    Redemption {
        act: act(Action::TokenGranted),
        code: new_hash(),
        code_expires_at: NOW.plus(60),
        client_disabled_count: 0,
        access: AccessTokenRecord {
            hash: new_hash(),
            grant: grant.id.clone(),
            scope: ScopeSet::parse("openid"),
            audience: Vec::new(),
            issued_at: NOW,
            expires_at: NOW.plus(3_600),
        },
        grant,
        refresh: None,
        now: NOW,
    }
}

#[test]
fn who_got_tokens_while_the_session_ended_is_told() {
    for fresh in Fresh::each() {
        let (database, user) = (&fresh.database, fresh.user());
        for _ in 0..RACES {
            let session = fresh.session(&user);
            let redemption = redemption(&client(&fresh), &user, &session);
            let start = Barrier::new(2);
            let (outcome, queued) = std::thread::scope(|scope| {
                let redeemed = scope.spawn(|| {
                    start.wait();
                    database.redeem(&redemption).unwrap()
                });
                start.wait();
                assert!(
                    database
                        .end_session(&user, &session, &act(Action::SessionEnded))
                        .unwrap()
                );
                let queued = database.queue_logouts(&user, &session, NOW).unwrap();
                (redeemed.join().unwrap(), queued)
            });
            let told = usize::from(outcome == RedeemOutcome::Redeemed);
            assert_eq!(queued, told, "{outcome:?}");
        }
    }
}
