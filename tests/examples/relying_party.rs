//! A web application that signs people in with HODLXXI.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Mutex;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::error::{ErrorBadGateway, ErrorBadRequest};
use actix_web::http::header::LOCATION;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpResponse as ProviderResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};

type Provider = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What HODLXXI says of a person beyond the standard claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Person {
    access_level: Option<String>,
    npub: Option<String>,
}

impl AdditionalClaims for Person {}

struct Application {
    provider: Provider,
    http: reqwest::Client,
    /// What each sign-in under way must be finished with, by its state.
    pending: Mutex<HashMap<String, (PkceCodeVerifier, Nonce)>>,
}

/// Carries the library's requests over the HTTP client of our choice.
async fn send(
    http: reqwest::Client,
    request: openidconnect::HttpRequest,
) -> Result<ProviderResponse, reqwest::Error> {
    let answer = http.execute(request.try_into()?).await?;
    let mut response = ProviderResponse::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await?.to_vec();
    Ok(response)
}

async fn login(app: web::Data<Application>) -> Result<HttpResponse, actix_web::Error> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let request = app.provider.authorize_url(
        CoreAuthenticationFlow::AuthorizationCode,
        CsrfToken::new_random,
        Nonce::new_random,
    );
    let (url, state, nonce) = request
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let mut pending = app
        .pending
        .lock()
        .map_err(|_| ErrorBadGateway("try again"))?;
    pending.insert(state.secret().clone(), (verifier, nonce));
    let cookie = Cookie::build("state", state.secret().as_str())
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .finish();
    Ok(HttpResponse::Found()
        .insert_header((LOCATION, url.as_str()))
        .cookie(cookie)
        .finish())
}

#[derive(Deserialize)]
struct Callback {
    code: String,
    state: String,
}

async fn callback(
    app: web::Data<Application>,
    request: HttpRequest,
    query: web::Query<Callback>,
) -> Result<HttpResponse, actix_web::Error> {
    let Callback { code, state } = query.into_inner();
    let ours = request
        .cookie("state")
        .is_some_and(|cookie| cookie.value() == state);
    let found = app
        .pending
        .lock()
        .map_err(|_| ErrorBadGateway("try again"))?
        .remove(&state);
    let (verifier, nonce) = found
        .filter(|_| ours)
        .ok_or_else(|| ErrorBadRequest("not a sign-in of this browser"))?;
    let http = |request| send(app.http.clone(), request);

    let exchange = app
        .provider
        .exchange_code(AuthorizationCode::new(code))
        .map_err(ErrorBadGateway)?;
    let tokens = exchange
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await
        .map_err(ErrorBadGateway)?;
    let id_token = tokens
        .id_token()
        .ok_or_else(|| ErrorBadGateway("no ID token"))?;
    let claims = id_token
        .claims(&app.provider.id_token_verifier(), &nonce)
        .map_err(ErrorBadGateway)?;

    let subject = claims.subject().clone();
    let userinfo = app
        .provider
        .user_info(tokens.access_token().clone(), Some(subject))
        .map_err(ErrorBadGateway)?;
    let person: UserInfoClaims<Person, CoreGenderClaim> = userinfo
        .request_async(&http)
        .await
        .map_err(ErrorBadGateway)?;
    Ok(HttpResponse::Ok().json(serde_json::json!({
        "sub": claims.subject(),
        "acr": claims.auth_context_ref(),
        "amr": claims.auth_method_refs(),
        "access_level": person.additional_claims().access_level,
        "npub": person.additional_claims().npub,
    })))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings: HashMap<_, _> = std::env::vars().collect();
    let setting = |name: &str| {
        settings
            .get(name)
            .cloned()
            .ok_or(format!("{name} is not set"))
    };
    let port = settings.get("PORT").map_or(Ok(3000), |port| port.parse())?;

    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let line = http.clone();
    let metadata = CoreProviderMetadata::discover_async(
        IssuerUrl::new(setting("ISSUER")?)?,
        &move |request| send(line.clone(), request),
    )
    .await?;
    let secret = ClientSecret::new(setting("CLIENT_SECRET")?);
    let provider = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(setting("CLIENT_ID")?),
        Some(secret),
    )
    .set_redirect_uri(RedirectUrl::new(format!(
        "http://localhost:{port}/callback"
    ))?);

    let app = web::Data::new(Application {
        provider,
        http,
        pending: Mutex::default(),
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(app.clone())
            .route("/login", web::get().to(login))
            .route("/callback", web::get().to(callback))
    });
    Ok(server.bind(("127.0.0.1", port))?.run().await?)
}
