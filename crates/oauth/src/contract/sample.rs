//! Clients, codes, grants and tokens to try a store with.

use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{
    ClientId, ClientTier, ConsentId, GrantId, ManualClock, OsEntropy, Secret, SecretHash,
    SignInMethod, Timestamp, UserId,
};
use serde_json::json;

use super::{Fixture, NOW};
use crate::claims::ClaimsRequest;
use crate::client::{Client, ClientMetadata, ClientOrigin};
use crate::grant::{
    AccessTokenRecord, AuthorizationCode, Authorized, Consent, Grant, Redemption, RefreshRecord,
    Rotation,
};
use crate::scope::ScopeSet;

/// An act of nobody in particular, at [`NOW`].
pub(super) fn act(action: Action) -> AuditEntry {
    let clock = ManualClock::at(NOW);
    AuditEntry::new(action, &Origin::server(), &clock, &OsEntropy)
}

/// A hash of a secret that nobody knows.
pub(super) fn hash() -> SecretHash {
    Secret::generate(&OsEntropy).hash()
}

/// The metadata of a client that is told of logouts.
pub(super) fn metadata(name: &str) -> ClientMetadata {
    let metadata = json!({
        "redirect_uris": ["https://rp.example/cb"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types": ["code"],
        "client_name": name,
        "client_name#ja": "名前",
        "scope": "openid profile offline_access read_limited",
        "jwks": {"keys": []},
        "id_token_signed_response_alg": "RS256",
        "backchannel_logout_uri": "https://rp.example/logout",
        "default_max_age": 600,
    });
    serde_json::from_value(metadata).unwrap()
}

/// A client made `age` seconds before [`NOW`], not kept yet.
pub(super) fn client(origin: ClientOrigin, age: i64) -> Client {
    let created_at = NOW.minus(age);
    Client {
        id: ClientId::generate(&ManualClock::at(created_at), &OsEntropy),
        secret_hash: Some(hash()),
        registration_token_hash: Some(hash()),
        previous_secret: None,
        owner: None,
        metadata: metadata("<b>R&P</b> 'x'"),
        origin,
        verified: false,
        tier: ClientTier::Paid,
        created_at,
        last_used_at: None,
        disabled_at: None,
        disabled_count: 0,
    }
}

/// A client, kept.
pub(super) fn kept_client(fixture: &impl Fixture) -> ClientId {
    let client = client(ClientOrigin::Registered, 0);
    fixture
        .stores()
        .clients
        .insert_client(&client, &act(Action::ClientRegistered))
        .unwrap();
    client.id
}

/// What a person may allow a client, with an id of its own.
pub(super) fn consent(scope: &str, claims: &[&str]) -> Consent {
    Consent {
        id: ConsentId::generate(&ManualClock::at(NOW), &OsEntropy),
        scope: ScopeSet::parse(scope),
        claims: claims.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// What a new session of `user` allowed.
pub(super) fn authorized(fixture: &impl Fixture, user: &UserId) -> Authorized {
    let claims =
        r#"{"id_token":{"acr":{"essential":true,"values":["urn:x"]}},"userinfo":{"name":null}}"#;
    Authorized {
        user: user.clone(),
        known_as: None,
        session: fixture.session(user),
        consent: None,
        auth_time: NOW.minus(5),
        method: SignInMethod::Bitcoin,
        scope: ScopeSet::parse("openid offline_access"),
        claims: ClaimsRequest::parse(claims).unwrap(),
        nonce: Some("n-0S6_WzA2Mj".to_owned()),
    }
}

/// A code for `client`, not kept yet; it lives for 60 seconds from [`NOW`].
pub(super) fn code(client: &ClientId, authorized: Authorized) -> AuthorizationCode {
    AuthorizationCode {
        hash: hash(),
        client: client.clone(),
        client_disabled_count: 0,
        redirect_uri: metadata("").redirect_uris[0].clone(),
        redirect_uri_given: true,
        code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
        authorized,
        expires_at: NOW.plus(60),
    }
}

/// A code for `client` by a new account, kept.
pub(super) fn kept_code(fixture: &impl Fixture, client: &ClientId) -> AuthorizationCode {
    let authorized = authorized(fixture, &fixture.user());
    let code = code(client, authorized);
    fixture.stores().codes.save_code(&code).unwrap();
    code
}

/// A grant without a person.
pub(super) fn machine_grant(client: &ClientId) -> Grant {
    Grant {
        id: GrantId::generate(&ManualClock::at(NOW), &OsEntropy),
        client: client.clone(),
        authorized: None,
        created_at: NOW,
    }
}

/// An access token of `grant` that lives for an hour from `now`.
pub(super) fn access(grant: &GrantId, now: Timestamp) -> AccessTokenRecord {
    AccessTokenRecord {
        hash: hash(),
        grant: grant.clone(),
        scope: ScopeSet::parse("openid"),
        audience: vec!["https://id.example".to_owned()],
        issued_at: now,
        expires_at: now.plus(3_600),
    }
}

/// A refresh token: idle for 1,000 seconds at most, its family for 5,000 from [`NOW`].
pub(super) fn refresh(now: Timestamp) -> RefreshRecord {
    RefreshRecord {
        hash: hash(),
        issued_at: now,
        idle_expires_at: now.plus(1_000),
        family_expires_at: NOW.plus(5_000),
    }
}

/// A refresh token that lives for two days from [`NOW`], however idle.
pub(super) fn lasting_refresh() -> RefreshRecord {
    RefreshRecord {
        idle_expires_at: NOW.plus(2 * 24 * 3_600),
        family_expires_at: NOW.plus(2 * 24 * 3_600),
        ..refresh(NOW)
    }
}

/// A redemption of `code` at `now`, with a grant and tokens of its own.
pub(super) fn redemption(code: &AuthorizationCode, now: Timestamp) -> Redemption {
    let grant = Grant {
        authorized: Some(code.authorized.clone()),
        ..machine_grant(&code.client)
    };
    let act = act(Action::TokenGranted).person(&code.authorized.user);
    Redemption {
        act: act.client(&code.client),
        code: code.hash,
        code_expires_at: code.expires_at,
        client_disabled_count: code.client_disabled_count,
        access: access(&grant.id, now),
        refresh: Some(refresh(now)),
        grant,
        now,
    }
}

/// A redeemed code's refresh token, access token and grant.
pub(super) fn family(fixture: &impl Fixture, client: &ClientId) -> Family {
    family_of(fixture, client, refresh(NOW))
}

/// The same, with this refresh token.
pub(super) fn family_of(
    fixture: &impl Fixture,
    client: &ClientId,
    refresh: RefreshRecord,
) -> Family {
    let token = refresh.hash;
    let redemption = Redemption {
        refresh: Some(refresh),
        ..redemption(&kept_code(fixture, client), NOW)
    };
    fixture.stores().grants.redeem(&redemption).unwrap();
    Family {
        grant: redemption.grant,
        access: redemption.access.hash,
        refresh: token,
    }
}

/// What a redemption gave.
pub(super) struct Family {
    pub(super) grant: Grant,
    pub(super) access: SecretHash,
    pub(super) refresh: SecretHash,
}

/// A rotation of `presented` at `now`, with a grace of 10 seconds.
pub(super) fn rotation(presented: &SecretHash, grant: &GrantId, now: Timestamp) -> Rotation {
    let successor = refresh(now);
    Rotation {
        presented: *presented,
        sealed_answer: successor.hash.as_bytes().to_vec(),
        successor,
        access: access(grant, now),
        grace: 10,
        now,
        act: act(Action::TokenRefreshed),
    }
}
