//! Signing in by JSON.

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_auth::challenge::Purpose;
use hodlxxi_auth::service::{Proof, Verified, VerifyRequest};
use hodlxxi_auth::verify::{Identifier, NostrEvent};
use serde::Deserialize;
use serde_json::json;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::body::Json;
use crate::http::failure::Failure;
use crate::http::pages::{set_session, user_agent};
use crate::http::private_key;

/// Who the person says they are: one of the two.
#[derive(Deserialize)]
pub(crate) struct Claimed {
    pubkey: Option<String>,
    address: Option<String>,
}

impl Claimed {
    fn identify(&self, app: &App) -> Result<Identifier, Failure> {
        let text = self
            .pubkey
            .as_deref()
            .or(self.address.as_deref())
            .unwrap_or_default();
        if private_key::is_likely(text) {
            return Err(private_key::refusal());
        }
        Ok(match (&self.pubkey, &self.address) {
            (Some(pubkey), None) => Identifier::parse_pubkey(pubkey)?,
            (None, Some(address)) => app.sign_in().address(address)?,
            _ => return Err(Failure::malformed("give pubkey or address, and not both")),
        })
    }
}

/// The body of `POST /api/challenge`.
#[derive(Deserialize)]
pub(crate) struct ChallengeBody {
    #[serde(flatten)]
    claimed: Claimed,
    purpose: Option<String>,
}

/// `POST /api/challenge`
pub(crate) async fn challenge(
    app: web::Data<App>,
    request: HttpRequest,
    body: Json<ChallengeBody>,
) -> Result<HttpResponse, Failure> {
    let identifier = body.0.claimed.identify(&app)?;
    let purpose = match body.0.purpose.as_deref() {
        None => Purpose::Login,
        Some(word) => word
            .parse()
            .map_err(|error| Failure::malformed(format!("{error}")))?,
    };
    let visitor = match app
        .cookies()
        .session(&request)
        .filter(|_| purpose.needs_session())
    {
        Some(secret) => {
            hop(&app, move |app| {
                app.visitor(Some(&secret)).map_err(Failure::from)
            })
            .await?
        }
        None => None,
    };
    let session = visitor.as_ref().map(|visitor| &visitor.session);
    let challenge = app.sign_in().challenge(&identifier, purpose, session)?;
    Ok(HttpResponse::Ok().json(json!({
        "challenge_id": challenge.id,
        "challenge": challenge.text,
        "purpose": challenge.purpose.as_str(),
        "expires_in": challenge.expires_at.seconds_since(app.now()),
        "expires_at": challenge.expires_at,
    })))
}

/// The body of `POST /api/verify`.
#[derive(Deserialize)]
pub(crate) struct VerifyBody {
    #[serde(flatten)]
    claimed: Claimed,
    challenge_id: String,
    signature: Option<String>,
    event: Option<NostrEvent>,
}

/// `POST /api/verify`
pub(crate) async fn verify(
    app: web::Data<App>,
    request: HttpRequest,
    body: Json<VerifyBody>,
) -> Result<HttpResponse, Failure> {
    let body = body.0;
    let asked = VerifyRequest {
        identifier: body.claimed.identify(&app)?,
        challenge_id: body.challenge_id,
        proof: match (body.signature, body.event) {
            (Some(text), None) if private_key::is_likely(&text) => {
                return Err(private_key::refusal());
            }
            (Some(text), None) => Proof::Signature(text),
            (None, Some(event)) => Proof::Event(Box::new(event)),
            _ => return Err(Failure::malformed("give signature or event, and not both")),
        },
        user_agent: user_agent(&request),
    };
    let secret = app.cookies().session(&request);
    let verified = hop(&app, move |app| {
        let current = app.visitor(secret.as_ref())?;
        app.verify(asked, current.as_ref()).map_err(Failure::from)
    })
    .await?;
    answer(&app, &verified)
}

fn answer(app: &App, verified: &Verified) -> Result<HttpResponse, Failure> {
    let session = verified.session();
    let mut response = HttpResponse::Ok().json(json!({
        "verified": true,
        "user_id": session.user.id,
        "pubkey": verified.pubkey_hex(),
        "access_level": verified.access_level(),
        "expires_at": session.expires_at,
    }));
    if let Some(secret) = verified.secret() {
        set_session(app, &mut response, secret)?;
    }
    Ok(response)
}

/// `POST /api/guest`
pub(crate) async fn guest(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (secret, user_agent) = (app.cookies().session(&request), user_agent(&request));
    let signed_in = hop(&app, move |app| {
        app.sign_in_guest(secret.as_ref(), user_agent.as_deref())
    })
    .await?;
    answer(&app, &Verified::SignedIn(signed_in))
}
