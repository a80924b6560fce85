//! The use cases, from the request to the tokens, over stores in memory and a clock that is moved.

mod acts;
mod answers;
mod consent;
mod discovery;
mod logout;
mod refresh;
mod refusals;
mod relying_party;
mod sign_in;
mod subjects;
mod tokens;

use std::sync::Arc;

use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{
    AccessLevel, ClientId, ClientTier, Clock, ManualClock, MasterKey, OsEntropy, PublicKey, Secret,
    SessionId, SignInMethod, SystemClock, Timestamp, UserId,
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::authorize::{AuthorizationResponse, AuthorizeOutcome, Decision};
use crate::client::{Client, ClientOrigin};
use crate::jose::{KeyPolicy, KeyRing, SigningAlg};
use crate::memory::MemoryStore;
use crate::params::Params;
use crate::person::{Person, Profile};
use crate::provider::{
    Issuer, Provider, ProviderConfig, RegistrationPolicy, TokenError, TokenErrorCode, TokenResponse,
};

const ISSUER: &str = "https://id.example";
const REDIRECT: &str = "https://rp.example/cb";
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A provider with its clock and stores.
pub(super) struct World {
    pub(super) provider: Provider,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<MemoryStore>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(|_| ())
    }

    pub(super) fn with(change: impl FnOnce(&mut ProviderConfig)) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_800_000_000)));
        let store = Arc::new(MemoryStore::default());
        let mut config = ProviderConfig {
            issuer: Issuer::parse(ISSUER).unwrap(),
            access_token_alg: SigningAlg::EdDsa,
            require_pkce: false,
            registration: RegistrationPolicy::Open,
            guests: true,
            ui_locales: vec!["en"],
        };
        change(&mut config);
        let master = MasterKey::generate(&OsEntropy);
        let algs = [SigningAlg::EdDsa, SigningAlg::Es256];
        let policy = KeyPolicy::default();
        let (keys, entropy) = (store.clone(), Arc::new(OsEntropy));
        let keys = KeyRing::open(keys, &master, &algs, policy, clock.clone(), entropy.clone());
        let keys = Arc::new(keys.unwrap());
        let stores = store.stores();
        let provider = Provider::new(config, stores, keys, &master, clock.clone(), entropy);
        Self {
            provider,
            clock,
            store,
        }
    }

    /// A confidential client, with `members` in place of the usual ones.
    fn client(&self, members: Value) -> Client {
        let mut metadata = json!({
            "redirect_uris": [REDIRECT],
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "client_name": "Example",
            "id_token_signed_response_alg": "ES256",
        });
        if let (Value::Object(metadata), Value::Object(members)) = (&mut metadata, members) {
            metadata.extend(members);
        }
        let client = Client {
            id: ClientId::generate(&*self.clock, &OsEntropy),
            secret_hash: Some(Secret::generate(&OsEntropy).hash()),
            registration_token_hash: None,
            previous_secret: None,
            owner: None,
            metadata: serde_json::from_value(metadata).unwrap(),
            origin: ClientOrigin::Registered,
            verified: false,
            tier: ClientTier::Free,
            created_at: self.clock.now(),
            last_used_at: None,
            disabled_at: None,
            disabled_count: 0,
        };
        let clients = &self.provider.stores.clients;
        let act = act(Action::ClientRegistered);
        clients.insert_client(&client, &act).unwrap();
        client
    }

    /// Somebody new, signed in now.
    fn person(&self, method: SignInMethod) -> Person {
        let user = UserId::generate(&*self.clock, &OsEntropy);
        let key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        let profile = Profile {
            name: Some("Hal".to_owned()),
            preferred_username: "npub10xlxvl".to_owned(),
            public_key: PublicKey::parse(key).ok(),
            access_level: AccessLevel::Limited,
            updated_at: Timestamp::from_unix(1_700_000_000),
        };
        self.store.set_profile(&user, Some(profile));
        self.again(&user, method)
    }

    /// The same person in a new session, signed in now.
    fn again(&self, user: &UserId, method: SignInMethod) -> Person {
        Person {
            user: user.clone(),
            session: SessionId::generate(&*self.clock, &OsEntropy),
            auth_time: self.clock.now(),
            method,
            merged: false,
        }
    }

    fn authorize(&self, request: &str, person: Option<&Person>) -> AuthorizeOutcome {
        self.provider.authorize(&params(request), person).unwrap()
    }

    /// The answer to `request`, the person allowing whatever is asked.
    fn allowed(&self, request: &str, person: &Person) -> AuthorizationResponse {
        match self.authorize(request, Some(person)) {
            AuthorizeOutcome::Consent(prompt) => redirect(
                self.provider
                    .decide(&prompt.resume, Decision::Allow, Some(person), &origin())
                    .unwrap(),
            ),
            outcome => redirect(outcome),
        }
    }

    /// The code that `request` leads to.
    fn code(&self, request: &str, person: &Person) -> String {
        let response = self.allowed(request, person);
        response
            .param("code")
            .unwrap_or_else(|| panic!("{response:?}"))
            .to_owned()
    }

    fn token(&self, client: &Client, pairs: &[(&str, &str)]) -> Result<TokenResponse, TokenError> {
        self.provider
            .token(client, &params(&query(pairs)), &origin())
    }

    fn exchange(&self, client: &Client, code: &str) -> Result<TokenResponse, TokenError> {
        self.token(
            client,
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", VERIFIER),
            ],
        )
    }

    /// The tokens that `extra` added to an ordinary request leads to.
    fn tokens(&self, client: &Client, person: &Person, extra: &[(&str, &str)]) -> TokenResponse {
        let code = self.code(&request(client, extra), person);
        self.exchange(client, &code)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// What an ID token says, after its signature was checked.
    fn id_claims(&self, response: &TokenResponse) -> Value {
        let token = response.id_token.as_deref().unwrap();
        self.provider.keys.verify("JWT", token).unwrap()
    }
}

/// A request by a program.
pub(super) fn origin() -> Origin {
    Origin::request("203.0.113.9".parse().ok(), None, Some("a program"))
}

/// An act beside the use cases.
fn act(action: Action) -> AuditEntry {
    AuditEntry::new(action, &Origin::operator(), &SystemClock, &OsEntropy)
}

fn params(text: &str) -> Params {
    Params::parse(text).unwrap()
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// An ordinary request with `extra`; a pair there takes the place of the usual one, and an empty
/// value leaves it out.
fn request(client: &Client, extra: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", client.id.as_str()),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s&t a/te"),
        ("nonce", "n-0"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let replaced = |name: &str| extra.iter().any(|(given, _)| *given == name);
    let kept = usual.into_iter().filter(|(name, _)| !replaced(name));
    query(&kept.chain(extra.iter().copied()).collect::<Vec<_>>())
}

fn redirect(outcome: AuthorizeOutcome) -> AuthorizationResponse {
    match outcome {
        AuthorizeOutcome::Redirect(response) => response,
        other => panic!("not answered: {other:?}"),
    }
}

/// The error that an outcome brings to the client.
fn error(outcome: AuthorizeOutcome) -> String {
    let response = redirect(outcome);
    assert_eq!(response.param("code"), None);
    response.param("error").unwrap().to_owned()
}

/// The code of a refusal of the token endpoint.
fn refusal(result: Result<TokenResponse, TokenError>) -> TokenErrorCode {
    match result {
        Ok(_) => panic!("tokens were given"),
        Err(TokenError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

/// The pairs of a URL's query.
fn pairs_of(url: &str) -> Vec<(String, String)> {
    Url::parse(url)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}
