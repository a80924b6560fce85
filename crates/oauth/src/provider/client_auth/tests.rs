//! Who is believed and who is not, on stores in memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hodlxxi_kernel::{Clock, ManualClock, MasterKey, OsEntropy};
use serde_json::{Value, json};

use super::*;
use crate::jose::{KeyPolicy, KeyRing};
use crate::memory::MemoryStore;
use crate::params::Params;
use crate::provider::RegistrationPolicy;
use crate::provider::registration::Registered;
use crate::provider::tests::origin;
use crate::provider::world::World;

const JWKS_URI: &str = "https://rp.example/jwks.json";

fn client(world: &World, method: &str) -> Registered {
    world.registered(&json!({
        "redirect_uris": ["https://rp.example/cb"],
        "token_endpoint_auth_method": method,
    }))
}

fn basic(world: &World, id: &str, secret: &str) -> Result<Client, ClientAuthError> {
    let header = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let credentials = ClientCredentials::parse(Some(&header), &Params::default())?;
    world.provider.authenticate_client(&credentials, &origin())
}

fn form(world: &World, form: &str) -> Result<Client, ClientAuthError> {
    let credentials = ClientCredentials::parse(None, &Params::parse(form).unwrap())?;
    world.provider.authenticate_client(&credentials, &origin())
}

fn is_refused(result: Result<Client, ClientAuthError>) -> bool {
    let error = result.err();
    matches!(error, Some(ClientAuthError::Refused))
}

#[test]
fn a_secret_is_taken_in_the_header_or_the_form_whichever_was_registered() {
    let world = World::registering(RegistrationPolicy::Open);
    for method in ["client_secret_basic", "client_secret_post"] {
        let client = client(&world, method);
        let id = client.client.id.as_str();
        let secret = client.secret.as_ref().unwrap().expose();
        let post = format!("client_id={id}&client_secret={secret}");
        assert!(basic(&world, id, secret).is_ok() && form(&world, &post).is_ok());
        assert!(is_refused(form(&world, &format!("client_id={id}"))));
        assert!(is_refused(basic(&world, id, "wrong")) && is_refused(basic(&world, id, "")));
    }
}

#[test]
fn a_public_client_names_itself_and_shows_no_secret() {
    let world = World::registering(RegistrationPolicy::Open);
    let public = client(&world, "none").client.id;
    assert!(form(&world, &format!("client_id={public}")).is_ok());
    assert!(is_refused(form(
        &world,
        &format!("client_id={public}&client_secret=x")
    )));
    assert!(is_refused(basic(&world, public.as_str(), "")));
}

#[test]
fn unknown_and_disabled_clients_are_refused_alike() {
    let world = World::registering(RegistrationPolicy::Open);
    let known = client(&world, "client_secret_basic");
    let (id, secret) = (
        known.client.id.as_str(),
        known.secret.as_ref().unwrap().expose(),
    );
    assert!(
        world
            .provider
            .set_client_disabled(&known.client.id, true, &origin())
            .unwrap()
    );
    for (id, secret) in [(id, secret), ("unknown", secret), ("unknown", "")] {
        let error = basic(&world, id, secret).unwrap_err();
        assert_eq!(error.to_string(), "client authentication failed");
        assert_eq!(error.code(), "invalid_client");
    }
    assert!(is_refused(form(&world, "client_id=unknown")));
}

/// The keys of a relying party, whose assertions are signed by a ring of its own.
struct Party {
    keys: KeyRing,
    clock: Arc<ManualClock>,
    made: AtomicUsize,
}

impl Party {
    fn new(world: &World) -> Self {
        let keys = KeyRing::open(
            Arc::new(MemoryStore::default()),
            &MasterKey::generate(&OsEntropy),
            &[SigningAlg::EdDsa],
            KeyPolicy::default(),
            world.clock.clone(),
            Arc::new(OsEntropy),
        );
        Self {
            keys: keys.unwrap(),
            clock: world.clock.clone(),
            made: AtomicUsize::new(0),
        }
    }

    fn jwks(&self) -> Value {
        serde_json::from_str(&self.keys.jwks()).unwrap()
    }

    /// A form with a new assertion by `client`, with these claims changed.
    fn form(&self, client: &str, change: &Value) -> String {
        let mut claims = json!({
            "iss": client,
            "sub": client,
            "aud": "https://id.example/oauth/token",
            "exp": self.clock.now().plus(60),
            "jti": self.made.fetch_add(1, Ordering::Relaxed).to_string(),
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let assertion = self.keys.sign(SigningAlg::EdDsa, "JWT", &claims).unwrap();
        let bearer = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
        format!("client_assertion_type={bearer}&client_assertion={assertion}")
    }

    fn registered(&self, world: &World, change: &Value) -> String {
        let mut metadata = json!({
            "redirect_uris": ["https://rp.example/cb"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": self.jwks(),
        });
        for (name, value) in change.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        world.registered(&metadata).client.id.to_string()
    }
}

#[test]
fn an_assertion_by_a_registered_key_is_taken_once() {
    let world = World::registering(RegistrationPolicy::Open);
    let party = Party::new(&world);
    let id = party.registered(&world, &json!({}));
    let good = party.form(&id, &json!({}));
    assert_eq!(form(&world, &good).unwrap().id.as_str(), id);
    let again = form(&world, &good);
    assert!(matches!(
        again,
        Err(ClientAuthError::Assertion(AssertionError::Replayed))
    ));
    let named = format!("{}&client_id={id}", party.form(&id, &json!({})));
    assert!(form(&world, &named).is_ok());
    let other = format!("{}&client_id=other", party.form(&id, &json!({})));
    assert!(matches!(
        form(&world, &other),
        Err(ClientAuthError::Several)
    ));
}

#[test]
fn of_sixteen_that_show_one_assertion_at_once_one_is_believed() {
    let world = World::registering(RegistrationPolicy::Open);
    let party = Party::new(&world);
    let good = party.form(&party.registered(&world, &json!({})), &json!({}));
    let believed = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| form(&world, &good)))
            .collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.flatten().count()
    });
    assert_eq!(believed, 1);
}

#[test]
fn a_strange_key_algorithm_or_claim_is_refused() {
    let world = World::registering(RegistrationPolicy::Open);
    let (party, stranger) = (Party::new(&world), Party::new(&world));
    let id = party.registered(&world, &json!({}));
    assert!(is_refused(form(&world, &stranger.form(&id, &json!({})))));
    let only = party.registered(&world, &json!({"token_endpoint_auth_signing_alg": "ES256"}));
    assert!(is_refused(form(&world, &party.form(&only, &json!({})))));
    let elsewhere = form(
        &world,
        &party.form(&id, &json!({"aud": "https://other.example"})),
    );
    assert!(matches!(
        elsewhere,
        Err(ClientAuthError::Assertion(AssertionError::Audience))
    ));
    let borrowed = form(&world, &party.form(&id, &json!({"iss": "other"})));
    assert!(matches!(
        borrowed,
        Err(ClientAuthError::Assertion(AssertionError::Issuer))
    ));
    let secret = client(&world, "client_secret_basic").client.id.to_string();
    assert!(is_refused(form(&world, &party.form(&secret, &json!({})))));
    assert!(is_refused(form(&world, &party.form("unknown", &json!({})))));
    assert!(is_refused(form(
        &world,
        &party.form("not an id", &json!({}))
    )));
}

#[test]
fn keys_elsewhere_are_asked_for_once_and_again_for_a_kid_not_seen_before() {
    let world = World::registering(RegistrationPolicy::Open);
    let party = Party::new(&world);
    let id = party.registered(&world, &json!({"jwks": null, "jwks_uri": JWKS_URI}));
    let show = || form(&world, &party.form(&id, &json!({})));
    let needed =
        |result| matches!(result, Err(ClientAuthError::KeysNeeded { uri }) if uri == JWKS_URI);
    let learn = || {
        world
            .provider
            .learn_client_keys(JWKS_URI, &party.keys.jwks())
    };
    assert!(needed(show()));
    learn().unwrap();
    assert!(show().is_ok() && show().is_ok());

    party
        .keys
        .rotate(&[SigningAlg::EdDsa], 0, &origin())
        .unwrap();
    assert!(needed(show()));
    learn().unwrap();
    assert!(show().is_ok());

    // A stranger's key is looked for as well, but not for ever.
    let stranger = Party::new(&world);
    let tries = || form(&world, &stranger.form(&id, &json!({})));
    assert!((0..100).any(|_| is_refused(tries())));
    world.clock.advance(3_600);
    assert!(needed(show()));
}
