//! Kinds of clients that people make for themselves, each with the metadata that is right for it.
//!
//! What a kind leads to is read by the rules of registration like any other request. Deliberately
//! absent: what only a client that registers itself asks for (keys, pairwise subjects, back-channel
//! logout).

use serde_json::{Value, json};

use super::metadata::{ApplicationType, ClientMetadata, GrantType};
use crate::scope::{Scope, ScopeSet};

/// What kind of application a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// On a server, which keeps a secret: code flow, HTTP Basic.
    Web,
    /// In a browser, which keeps none: code flow with PKCE.
    SinglePage,
    /// On a person's machine (RFC 8252): code flow with PKCE, back to loopback or an own scheme.
    Native,
    /// Without a person (RFC 6749, section 4.4): `client_credentials` with `read_limited`.
    Machine,
}

impl ClientKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Web, Self::SinglePage, Self::Native, Self::Machine];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::SinglePage => "single-page",
            Self::Native => "native",
            Self::Machine => "machine",
        }
    }

    /// The kind of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind that a client's metadata come nearest to.
    pub fn of(metadata: &ClientMetadata) -> Self {
        if !metadata.allows(GrantType::AuthorizationCode) {
            Self::Machine
        } else if metadata.application_type == ApplicationType::Native {
            Self::Native
        } else if metadata.is_public() {
            Self::SinglePage
        } else {
            Self::Web
        }
    }

    /// Whether people sign in to it, so that it has redirect URIs and scopes to choose from.
    pub const fn has_people(self) -> bool {
        !matches!(self, Self::Machine)
    }

    /// The rules for its redirect URIs.
    pub const fn application_type(self) -> ApplicationType {
        match self {
            Self::Native => ApplicationType::Native,
            _ => ApplicationType::Web,
        }
    }

    /// The scopes that such a client may choose from.
    pub fn scopes(self) -> ScopeSet {
        match self {
            Self::Machine => [Scope::ReadLimited].into_iter().collect(),
            _ => ScopeSet::unregistered_default(),
        }
    }

    /// The registration request (RFC 7591, section 2) of a new client of this kind.
    ///
    /// ```
    /// use hodlxxi_oauth::client::{ClientDraft, ClientKind};
    /// let draft = ClientDraft { name: "A shop".to_owned(), ..ClientDraft::default() };
    /// let request = ClientKind::SinglePage.request(&draft);
    /// assert_eq!(request["token_endpoint_auth_method"], "none");
    /// ```
    pub fn request(self, draft: &ClientDraft) -> Value {
        let method = match self {
            Self::Web | Self::Machine => "client_secret_basic",
            Self::SinglePage | Self::Native => "none",
        };
        let grants = match self {
            Self::Machine => json!(["client_credentials"]),
            _ => json!(["authorization_code", "refresh_token"]),
        };
        let mut request = json!({
            "application_type": self.application_type(),
            "token_endpoint_auth_method": method,
            "grant_types": grants,
        });
        draft.write(self, &mut request);
        request
    }
}

/// What a person says of their client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientDraft {
    /// The name shown; none if empty.
    pub name: String,
    /// Where answers may be sent, as entered.
    pub redirect_uris: Vec<String>,
    /// Where people may return to after a logout, as entered.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for, besides `openid`.
    pub scope: ScopeSet,
}

impl ClientDraft {
    /// What a client's metadata say of it.
    pub fn of(metadata: &ClientMetadata) -> Self {
        let texts = |uris: &[super::RedirectUri]| {
            let texts = uris.iter().map(|uri| uri.as_str().to_owned());
            texts.collect()
        };
        let scopes = || ClientKind::of(metadata).scopes();
        Self {
            name: metadata.client_name.clone().unwrap_or_default(),
            redirect_uris: texts(&metadata.redirect_uris),
            post_logout_redirect_uris: texts(&metadata.post_logout_redirect_uris),
            scope: metadata.scope.clone().unwrap_or_else(scopes),
        }
    }

    /// The registration request of a client with these `metadata`, changed to what is said here; what is
    /// not said stays.
    pub fn over(&self, metadata: &ClientMetadata) -> Value {
        let mut request = json!(metadata);
        self.write(ClientKind::of(metadata), &mut request);
        request
    }

    fn write(&self, kind: ClientKind, request: &mut Value) {
        let name = Some(self.name.trim()).filter(|name| !name.is_empty());
        request["client_name"] = json!(name);
        let scope = if kind.has_people() {
            request["redirect_uris"] = json!(self.redirect_uris);
            request["post_logout_redirect_uris"] = json!(self.post_logout_redirect_uris);
            let asked = self.scope.intersection(&kind.scopes());
            asked.union(&[Scope::OpenId].into_iter().collect())
        } else {
            kind.scopes()
        };
        request["scope"] = json!(scope.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{RegistrationRequest, RegistrationRules};
    use crate::jose::SigningAlg;

    fn metadata(request: &Value) -> ClientMetadata {
        let rules = RegistrationRules {
            algs: &SigningAlg::ALL,
            issuer_is_loopback: false,
        };
        let request = RegistrationRequest::parse(request, rules).unwrap();
        request.judge(None).unwrap()
    }

    fn draft() -> ClientDraft {
        ClientDraft {
            name: " A shop ".to_owned(),
            redirect_uris: vec!["https://rp.example/cb".to_owned()],
            post_logout_redirect_uris: vec!["https://rp.example/bye".to_owned()],
            scope: ScopeSet::parse("profile read_limited"),
        }
    }

    #[test]
    fn each_kind_is_told_from_its_metadata_and_edits_keep_it() {
        for kind in ClientKind::ALL {
            let made = metadata(&kind.request(&draft()));
            assert_eq!(ClientKind::of(&made), kind);
            assert_eq!(made.client_name.as_deref(), Some("A shop"));
            let again = metadata(&ClientDraft::of(&made).over(&made));
            assert_eq!(again, made);
            assert_eq!(ClientKind::from_word(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn nobody_gets_scopes_that_are_not_of_their_kind() {
        let scope = |kind: ClientKind| metadata(&kind.request(&draft())).scope.unwrap();
        assert_eq!(scope(ClientKind::Web).to_string(), "openid profile");
        assert_eq!(scope(ClientKind::Machine).to_string(), "read_limited");
    }

    #[test]
    fn what_a_draft_does_not_say_stays() {
        let mut request = ClientKind::Web.request(&draft());
        request["default_max_age"] = json!(600);
        let before = metadata(&request);
        let unnamed = ClientDraft {
            name: String::new(),
            ..ClientDraft::of(&before)
        };
        let after = metadata(&unnamed.over(&before));
        assert_eq!(after.client_name, None);
        assert_eq!(after.default_max_age, Some(600));
    }
}
