//! Requests that a client authenticates: token, introspection, revocation.

use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_limit::Act;
use hodlxxi_oauth::Provider;
use hodlxxi_oauth::client::Client;
use hodlxxi_oauth::params::Params;
use hodlxxi_oauth::provider::{ClientAuthError, ClientCredentials};

use super::failure::OAuthFailure;
use crate::compose::App;
use crate::http::block::hop;
use crate::http::body::FormText;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::origin::origin;

/// What the request of a client is to the limits.
type ActOf = for<'a> fn(&'a str) -> Act<'a>;

/// What is done for a client that authenticated.
type UseCase<T> = fn(&Provider, &Client, &Params, &Origin) -> Result<T, OAuthFailure>;

/// Authenticates the client of a form, and runs `use_case` for it in the same hop.
///
/// Where the client's assertion needs keys that it publishes elsewhere, they are fetched between two
/// hops: never while a database connection is held. Such a request counts twice against its limits.
pub(super) async fn as_client<T: Send + 'static>(
    app: &web::Data<App>,
    request: &HttpRequest,
    caller: Caller,
    form: FormText,
    act: ActOf,
    use_case: UseCase<T>,
) -> Result<T, OAuthFailure> {
    let params = Arc::new(Params::parse(&form.0)?);
    let origin = origin(app, request);
    let from = Whence { caller, origin };
    let credentials = Arc::new(ClientCredentials::parse(authorization(request)?, &params)?);
    let attempt = || attempt(app, &from, act, &credentials, &params, use_case);
    let uri = match attempt().await {
        Err(Step::KeysNeeded(uri)) => uri,
        Err(Step::Refused(failure)) => return Err(failure),
        Ok(answer) => return Ok(answer),
    };
    learn_keys(app, &uri).await;
    attempt().await.map_err(|step| match step {
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

/// Where a request comes from: for its limits, and for the audit log.
struct Whence {
    caller: Caller,
    origin: Origin,
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
    from: &Whence,
    act: ActOf,
    credentials: &Arc<ClientCredentials>,
    params: &Arc<Params>,
    use_case: UseCase<T>,
) -> Result<T, Step> {
    let (credentials, params) = (credentials.clone(), params.clone());
    let (caller, origin) = (from.caller, from.origin.clone());
    hop(app, move |app| {
        let provider = app.provider();
        let act = act(credentials.client().as_str());
        app.take(caller, act)?;
        let client = match provider.authenticate_client(&credentials, &origin) {
            Ok(client) => client,
            Err(ClientAuthError::KeysNeeded { uri }) => return Err(Step::KeysNeeded(uri)),
            Err(error) => {
                if error.is_failed_proof() {
                    app.failed(caller, act)?;
                }
                return Err(Step::Refused(error.into()));
            }
        };
        use_case(provider, &client, &params, &origin).map_err(Step::Refused)
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
