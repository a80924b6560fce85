//! The userinfo endpoint (OpenID Connect Core, section 5.3).

use serde_json::{Map, Value};

use super::Provider;
use super::bearer::{BearerError, subject_said};
use crate::client::SubjectType;
use crate::scope::Scope;

impl Provider {
    /// The claims that `token` opens: `sub`, and what scopes and the `claims` parameter asked for.
    /// The answer must not be cached.
    pub fn userinfo(&self, token: &str) -> Result<Map<String, Value>, BearerError> {
        let active = self.bearer(token, Scope::OpenId)?;
        let authorized = active.grant.authorized.ok_or(BearerError::InvalidToken)?;
        // The token itself says whom its client knows; no need to read the client.
        let subject = subject_said(token).ok_or(BearerError::InvalidToken)?;
        let subjects = if subject == authorized.subject_user().as_str() {
            SubjectType::Public
        } else {
            SubjectType::Pairwise
        };
        let scope = &active.token.scope;
        let personal = self.personal_claims(&authorized, &subject, |claim| {
            let asked = authorized.claims.userinfo.contains_key(claim.name);
            claim.comes_with(scope, subjects) || (asked && claim.may_be_told(scope, subjects))
        })?;
        let mut claims = personal.ok_or(BearerError::InvalidToken)?;
        claims.insert("sub".to_owned(), subject.into());
        Ok(claims)
    }
}
