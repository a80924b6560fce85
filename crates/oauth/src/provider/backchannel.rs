//! Logout told to relying parties (OpenID Connect Back-Channel Logout 1.0): what to send where; the
//! sending itself is the server's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};
use serde::Serialize;
use serde_json::{Value, json};

use super::Provider;
use crate::client::Client;
use crate::grant::LogoutDelivery;
use crate::jose::SignError;

/// How long a logout token lives, in seconds.
const TOKEN_LIFETIME: i64 = 120;
/// For how long a delivery is leased, in seconds; longer than a request may take.
const LEASE: i64 = 60;
/// How long to wait after the first failure, in seconds; doubled after each further one.
const RETRY: i64 = 30;
/// After so many attempts a delivery is given up.
const MAX_ATTEMPTS: u32 = 8;

/// A logout to be posted: a form with the field `logout_token`, to `uri`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutCall {
    /// The delivery this call is for.
    pub delivery: LogoutDelivery,
    /// The client's back-channel logout URI.
    pub uri: String,
    /// The logout token; useless to anybody but its client.
    pub token: String,
}

#[derive(Serialize)]
struct LogoutClaims<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    iat: Timestamp,
    exp: Timestamp,
    jti: String,
    events: Value,
    sid: String,
}

impl Provider {
    /// A session of `user` has ended: queues what its relying parties are to be told; answers how
    /// many there are.
    pub fn session_ended(&self, user: &UserId, session: &SessionId) -> Result<usize, StoreError> {
        self.stores.logouts.queue_logouts(user, session, self.now())
    }

    /// The logouts that are due, at most `limit`. Each is this caller's for a minute, and must be
    /// reported by [`logout_told`](Self::logout_told) or [`logout_failed`](Self::logout_failed).
    pub fn due_logouts(&self, limit: u32) -> Result<Vec<LogoutCall>, StoreError> {
        let now = self.now();
        let leased = self
            .stores
            .logouts
            .lease_logouts(now, now.plus(LEASE), limit)?;
        let mut calls = Vec::with_capacity(leased.len());
        for delivery in leased {
            let client = self.stores.clients.client(&delivery.client)?;
            let target = client.and_then(|client| {
                let uri = client.metadata.backchannel_logout_uri.clone();
                uri.map(|uri| (client, uri))
            });
            match target {
                Some((client, uri)) => {
                    let subjects = &self.stores.subjects;
                    let known_as = subjects.known_as(&delivery.user, &client.id)?;
                    match self.logout_token(&delivery, &client, known_as.as_ref()) {
                        Ok(token) => calls.push(LogoutCall {
                            delivery,
                            uri,
                            token,
                        }),
                        // Such as an algorithm no longer offered: given up in time, like one that
                        // cannot be reached, and in nobody's way until then.
                        Err(_) => self.logout_failed(&delivery)?,
                    }
                }
                None => self.stores.logouts.finish_logout(&delivery.id)?,
            }
        }
        Ok(calls)
    }

    /// The client took the logout, or refused it for good.
    pub fn logout_told(&self, delivery: &LogoutDelivery) -> Result<(), StoreError> {
        self.stores.logouts.finish_logout(&delivery.id)
    }

    /// The client could not be reached: it is tried again later, some eight times within an hour.
    pub fn logout_failed(&self, delivery: &LogoutDelivery) -> Result<(), StoreError> {
        let attempts = delivery.attempts.saturating_add(1);
        if attempts >= MAX_ATTEMPTS {
            return self.stores.logouts.finish_logout(&delivery.id);
        }
        let due = self
            .now()
            .plus(RETRY << delivery.attempts.min(MAX_ATTEMPTS));
        self.stores.logouts.retry_logout(&delivery.id, due)
    }

    fn logout_token(
        &self,
        delivery: &LogoutDelivery,
        client: &Client,
        known_as: Option<&UserId>,
    ) -> Result<String, SignError> {
        let now = self.now();
        let user = known_as.unwrap_or(&delivery.user);
        let claims = LogoutClaims {
            iss: self.config.issuer.as_str(),
            sub: self.subject(&client.metadata, user),
            aud: client.id.as_str(),
            iat: now,
            exp: now.plus(TOKEN_LIFETIME),
            jti: URL_SAFE_NO_PAD.encode(self.entropy.bytes::<16>()),
            events: json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
            sid: self.sid(&client.id, &delivery.session),
        };
        let alg = client.metadata.id_token_signed_response_alg;
        self.keys.sign(alg, "logout+jwt", &claims)
    }
}
