//! Whom a client sees: subjects and session ids.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hodlxxi_kernel::{ClientId, SecretHash, SessionId, StoreError, UserId};

use super::Provider;
use crate::client::{ClientMetadata, SubjectType};
use crate::person::Person;

impl Provider {
    /// The account that the subject by which `client` knows `person` is made of, where that is not
    /// their own. Asks the store only for people who merged accounts.
    pub(super) fn known_as(
        &self,
        person: &Person,
        client: &ClientId,
    ) -> Result<Option<UserId>, StoreError> {
        if !person.merged {
            return Ok(None);
        }
        self.stores.subjects.known_as(&person.user, client)
    }

    /// The `sub` by which a client knows `user`: the account's id, or for pairwise clients a
    /// pseudonym for each sector (OpenID Connect Core, section 8.1).
    pub fn subject(&self, metadata: &ClientMetadata, user: &UserId) -> String {
        match metadata.subject_type {
            SubjectType::Public => user.as_str().to_owned(),
            SubjectType::Pairwise => {
                let sector = metadata.sector().unwrap_or_default();
                let tag = self
                    .subject_key
                    .mac(&[sector.as_bytes(), user.as_str().as_bytes()]);
                URL_SAFE_NO_PAD.encode(tag)
            }
        }
    }

    /// The URL of a picture made of `subject` alone: as many different ones as there are subjects, so
    /// that it tells a client no more than the `sub` does.
    pub(crate) fn picture(&self, subject: &str) -> String {
        let digest = SecretHash::of(subject);
        let seed = hex::encode(&digest.as_bytes()[..8]);
        self.config.issuer.url(&format!("/picture/{seed}.svg"))
    }

    /// The `sid` by which `client` knows `session`: another one for each client, so that no two can
    /// compare what they see.
    pub(crate) fn sid(&self, client: &ClientId, session: &SessionId) -> String {
        let tag = self
            .sid_key
            .mac(&[client.as_str().as_bytes(), session.as_str().as_bytes()]);
        URL_SAFE_NO_PAD.encode(tag)
    }
}
