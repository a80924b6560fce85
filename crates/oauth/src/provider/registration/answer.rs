//! The answer to a registration (RFC 7591, section 3.2.1; RFC 7592, section 3).

use hodlxxi_kernel::Secret;
use serde_json::{Value, json};

use crate::client::Client;

/// A client with what is told of it this once.
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, where one was just made: it is kept only as a hash and cannot be told again.
    pub secret: Option<Secret>,
    /// The token with which it manages its registration.
    pub registration_token: Option<Secret>,
    /// Where it does.
    pub(super) management_uri: String,
}

impl Registered {
    /// The answer: all metadata as it is kept, the id, and what was just made.
    pub fn to_json(&self) -> Value {
        let mut answer = json!(self.client.metadata);
        answer["client_id"] = json!(self.client.id);
        answer["client_id_issued_at"] = json!(self.client.created_at);
        if let Some(secret) = &self.secret {
            answer["client_secret"] = json!(secret.expose());
            answer["client_secret_expires_at"] = json!(0);
        }
        if let Some(token) = &self.registration_token {
            answer["registration_access_token"] = json!(token.expose());
            answer["registration_client_uri"] = json!(self.management_uri);
        }
        answer
    }
}
