//! Requests that a client authenticates: token, introspection, revocation.

use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use hodlxxi_oauth::Provider;
use hodlxxi_oauth::client::Client;
use hodlxxi_oauth::params::Params;
use hodlxxi_oauth::provider::{ClientAuthError, ClientCredentials};

use super::failure::OAuthFailure;
use crate::compose::App;
use crate::http::block::hop;
use crate::http::body::FormText;
use crate::http::failure::Failure;

/// Authenticates the client of a form, and runs `use_case` for it in the same hop.
///
/// Where the client's assertion needs keys that it publishes elsewhere, they are fetched between two
/// hops: never while a database connection is held.
pub(super) async fn as_client<T: Send + 'static>(
    app: &web::Data<App>,
    request: &HttpRequest,
    form: FormText,
    use_case: fn(&Provider, &Client, &Params) -> Result<T, OAuthFailure>,
) -> Result<T, OAuthFailure> {
    let params = Arc::new(Params::parse(&form.0)?);
    let credentials = Arc::new(ClientCredentials::parse(authorization(request)?, &params)?);
    let uri = match attempt(app, &credentials, &params, use_case).await {
        Err(Step::KeysNeeded(uri)) => uri,
        Err(Step::Refused(failure)) => return Err(failure),
        Ok(answer) => return Ok(answer),
    };
    learn_keys(app, &uri).await;
    attempt(app, &credentials, &params, use_case)
        .await
        .map_err(|step| match step {
            // Just fetched, and still without the key that the assertion names.
            Step::KeysNeeded(_) => ClientAuthError::Refused.into(),
            Step::Refused(failure) => failure,
        })
}

async fn learn_keys(app: &web::Data<App>, uri: &str) {
    match app.fetcher().get(uri).await {
        Ok(text) => {
            if let Err(error) = app.provider().learn_client_keys(uri, &text) {
                tracing::warn!(%error, "a client's key set could not be used");
            }
        }
        Err(error) => tracing::warn!(%error, "a client's key set could not be fetched"),
    }
}

enum Step {
    KeysNeeded(String),
    Refused(OAuthFailure),
}

impl From<Failure> for Step {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure.into())
    }
}

async fn attempt<T: Send + 'static>(
    app: &web::Data<App>,
    credentials: &Arc<ClientCredentials>,
    params: &Arc<Params>,
    use_case: fn(&Provider, &Client, &Params) -> Result<T, OAuthFailure>,
) -> Result<T, Step> {
    let (credentials, params) = (credentials.clone(), params.clone());
    hop(app, move |app| {
        let provider = app.provider();
        let client = provider
            .authenticate_client(&credentials)
            .map_err(|error| match error {
                ClientAuthError::KeysNeeded { uri } => Step::KeysNeeded(uri),
                error => Step::Refused(error.into()),
            })?;
        use_case(provider, &client, &params).map_err(Step::Refused)
    })
    .await
}

fn authorization(request: &HttpRequest) -> Result<Option<&str>, OAuthFailure> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values
        .next()
        .map(actix_web::http::header::HeaderValue::to_str);
    match (value, values.next()) {
        (Some(Ok(text)), None) => Ok(Some(text)),
        (None, _) => Ok(None),
        _ => Err(Failure::malformed("one Authorization header, in ASCII").into()),
    }
}
