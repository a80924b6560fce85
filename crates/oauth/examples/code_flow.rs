//! A whole sign-in in one process: a relying party registers, sends a browser with an authorization
//! request, the person allows it, and the party redeems the code and verifies the ID token.
//!
//! `cargo run -p hodlxxi-oauth --example code_flow`. A server does the same with HTTP around it.

use std::error::Error;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{
    AccessLevel, Clock, Entropy, MasterKey, OsEntropy, Secret, SessionId, SignInMethod,
    SystemClock, UserId,
};
use hodlxxi_oauth::authorize::{AuthorizeOutcome, Decision};
use hodlxxi_oauth::jose::{JwkSet, KeyPolicy, KeyRing, SigningAlg, verify_with_jwks};
use hodlxxi_oauth::memory::MemoryStore;
use hodlxxi_oauth::params::Params;
use hodlxxi_oauth::person::{Person, Profile};
use hodlxxi_oauth::provider::{ClientCredentials, Issuer, RegistrationPolicy};
use hodlxxi_oauth::{Provider, ProviderConfig};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

const CALLBACK: &str = "https://rp.example/cb";

/// Somebody who just signed in; how they did is not this crate's affair.
fn sign_in(store: &MemoryStore, clock: &dyn Clock) -> Person {
    let user = UserId::generate(clock, &OsEntropy);
    let profile = Profile {
        name: Some("Satoshi".to_owned()),
        preferred_username: "npub1…".to_owned(),
        public_key: None,
        access_level: AccessLevel::Limited,
        updated_at: clock.now(),
    };
    store.set_profile(&user, Some(profile));
    Person {
        user,
        session: SessionId::generate(clock, &OsEntropy),
        auth_time: clock.now(),
        method: SignInMethod::Bitcoin,
        merged: false,
    }
}

fn form(pairs: &[(&str, &str)]) -> Result<Params, Box<dyn Error>> {
    let mut form = Serializer::new(String::new());
    Ok(Params::parse(&form.extend_pairs(pairs).finish())?)
}

#[expect(clippy::print_stdout, reason = "an example shows what it did")]
fn main() -> Result<(), Box<dyn Error>> {
    // The provider.
    let store = Arc::new(MemoryStore::default());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let master = MasterKey::generate(&OsEntropy);
    let keys = Arc::new(KeyRing::open(
        store.clone(),
        &master,
        &[SigningAlg::Rs256, SigningAlg::EdDsa],
        KeyPolicy::default(),
        clock.clone(),
        entropy.clone(),
    )?);
    let config = ProviderConfig {
        issuer: Issuer::parse("https://id.example")?,
        access_token_alg: SigningAlg::EdDsa,
        require_pkce: false,
        registration: RegistrationPolicy::Open,
        guests: false,
        ui_locales: vec!["en"],
    };
    let stores = store.stores();
    let provider = Provider::new(config, stores, keys, &master, clock.clone(), entropy);

    // The relying party registers.
    let metadata = json!({"redirect_uris": [CALLBACK], "client_name": "An example"});
    let request = provider.registration_request(&metadata, None)?;
    // Where the requests come from, for the audit log.
    let origin = Origin::request(None, None, None);
    let registered = provider.register(request, None, None, &origin)?;
    let id = registered.client.id.as_str();
    println!("registered: {id}");

    // It sends the browser, in which somebody is signed in, and who allows what is asked for.
    let person = sign_in(&store, &*clock);
    let verifier = Secret::generate(&OsEntropy);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()));
    let request = form(&[
        ("client_id", id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "opaque"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ])?;
    let AuthorizeOutcome::Consent(prompt) = provider.authorize(&request, Some(&person))? else {
        return Err("the first time somebody has to be asked".into());
    };
    println!(
        "asked: may {} know {:?}?",
        prompt.client.host, prompt.new_scopes
    );
    let decided = provider.decide(&prompt.resume, Decision::Allow, Some(&person), &origin)?;
    let AuthorizeOutcome::Redirect(answer) = decided else {
        return Err("what is allowed is answered".into());
    };
    let code = answer.param("code").ok_or("an answer with a code")?;

    // It redeems the code, as itself.
    let secret = registered.secret.as_ref().ok_or("a client with a secret")?;
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("{id}:{}", secret.expose()))
    );
    let request = form(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", verifier.expose()),
    ])?;
    let credentials = ClientCredentials::parse(Some(&basic), &request)?;
    let client = provider.authenticate_client(&credentials, &origin)?;
    let tokens = provider.token(&client, &request, &origin)?;

    // It verifies the ID token by the published keys.
    let jwks = JwkSet::parse(&serde_json::from_str(&provider.keys().jwks())?)?;
    let id_token = tokens.id_token.ok_or("openid was asked for")?;
    let claims = verify_with_jwks(&id_token, &jwks, &[SigningAlg::Rs256])?;
    println!("verified: {claims:#}");
    Ok(())
}
