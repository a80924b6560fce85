//! A relying party that a test drives step by step, where the ready-made ones hide the steps.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::browser::{Answer, Browser, query};
use crate::person::text;
use crate::server::Server;

/// Where the person is sent back to. Nobody listens there: the tests read the redirect.
pub const CALLBACK: &str = "https://rp.example.org/callback";

/// A code verifier (RFC 7636 section 4.1).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A registered client.
#[derive(Debug)]
pub struct RelyingParty {
    /// Its client id.
    pub id: String,
    /// Its secret, where it has one.
    pub secret: Option<String>,
    /// The registration's whole answer.
    pub registration: Value,
    /// Its own connection to the server: no person's cookies go along.
    pub line: Browser,
}

impl RelyingParty {
    /// Registers a confidential client of [`CALLBACK`] for every scope of a person, with `more` members.
    pub fn register(server: &Server, more: &Value) -> Self {
        Self::register_by(server.browser(), more)
    }

    /// The same by a line of one's own to wherever the server is.
    pub fn register_by(line: Browser, more: &Value) -> Self {
        let mut metadata = json!({"redirect_uris": [CALLBACK], "client_name": "Example",
            "grant_types": ["authorization_code", "refresh_token"]});
        for (name, value) in more.as_object().expect("an object") {
            metadata[name] = value.clone();
        }
        let registration = register(&line, &metadata).json_with(201);
        let id = text(&registration, "client_id").to_owned();
        let secret = registration["client_secret"].as_str().map(str::to_owned);
        Self {
            id,
            secret,
            registration,
            line,
        }
    }

    /// Registers a public client: no secret.
    pub fn register_public(server: &Server) -> Self {
        Self::register(server, &json!({"token_endpoint_auth_method": "none"}))
    }

    /// The path and query of an authorization request for `openid` with PKCE, state and nonce, changed by `more`; an
    /// empty value takes a parameter away.
    pub fn request(&self, more: &[(&str, &str)]) -> String {
        let challenge = s256(VERIFIER);
        let mut parameters = BTreeMap::from([
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        for (name, value) in more {
            if value.is_empty() {
                parameters.remove(name)
            } else {
                parameters.insert(name, value)
            };
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("/oauth/authorize?{query}")
    }

    /// Goes through authorization with a signed-in browser, allowing what is asked, and answers where it was sent.
    pub fn authorize(&self, browser: &Browser, more: &[(&str, &str)]) -> Url {
        let answer = browser.get(&self.request(more));
        allow(browser, answer)
    }

    /// The same, answering the code.
    pub fn code(&self, browser: &Browser, more: &[(&str, &str)]) -> String {
        let target = self.authorize(browser, more);
        query(&target)
            .remove("code")
            .unwrap_or_else(|| panic!("no code in {target}"))
    }

    /// Asks the token endpoint, authenticated as this client by HTTP Basic or, without a secret, by its id alone.
    pub fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post("/oauth/token", fields)
    }

    /// Asks an endpoint that clients authenticate at.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let mut request = self.line.request(Method::POST, path);
        match &self.secret {
            Some(secret) => request = request.basic_auth(&self.id, Some(secret)),
            None => fields.push(("client_id", &self.id)),
        }
        self.line.send(request.form(&fields))
    }

    /// Redeems a code got with [`VERIFIER`].
    pub fn redeem(&self, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.token(&fields)
    }

    /// Uses a refresh token.
    pub fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// A whole flow for `scope`, answering the token response.
    pub fn sign_in(&self, browser: &Browser, scope: &str) -> Value {
        let code = self.code(browser, &[("scope", scope)]);
        self.redeem(&code).json_with(200)
    }

    /// Asks userinfo with an access token.
    pub fn userinfo(&self, access_token: &str) -> Answer {
        self.with_token(Method::GET, "/oauth/userinfo", access_token)
    }

    /// Asks an API with an access token (RFC 6750 section 2.1).
    pub fn with_token(&self, method: Method, path: &str, access_token: &str) -> Answer {
        self.line
            .send(self.line.request(method, path).bearer_auth(access_token))
    }

    /// Asks what a token is worth (RFC 7662).
    pub fn introspect(&self, token: &str) -> Value {
        self.post("/oauth/introspect", &[("token", token)])
            .json_with(200)
    }
}

/// Registers a client (RFC 7591).
pub fn register(line: &Browser, metadata: &Value) -> Answer {
    line.send(line.request(Method::POST, "/oauth/register").json(metadata))
}

/// Follows an authorization answer to the relying party, pressing Allow where consent is asked.
pub fn allow(browser: &Browser, answer: Answer) -> Url {
    decide(browser, answer, "allow")
}

/// Follows an authorization answer to the relying party, pressing `decision` where consent is asked.
pub fn decide(browser: &Browser, mut answer: Answer, decision: &str) -> Url {
    for _ in 0..3 {
        while let Some(next) = answer.location() {
            if next.origin() != answer.url.origin() {
                return next;
            }
            answer = browser.get(next.as_str());
        }
        let form = consent_form(&answer);
        answer = browser.submit(&answer, &form, &[("decision", decision)]);
    }
    panic!("asked for consent again and again: {}", answer.body)
}

/// The consent page's form.
#[track_caller]
pub fn consent_form(page: &Answer) -> crate::form::Form {
    let forms = crate::form::forms(&page.body);
    let found = forms
        .into_iter()
        .find(|form| form.post && form.names.iter().any(|name| name == "decision"));
    found.unwrap_or_else(|| {
        panic!(
            "no consent form at {} ({}): {}",
            page.url, page.status, page.body
        )
    })
}

/// The S256 challenge of a verifier (RFC 7636 section 4.2).
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}
