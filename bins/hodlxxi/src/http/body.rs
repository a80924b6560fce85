//! Request bodies: bounded, of the one media type the endpoint takes.
//!
//! A body that is too large is read to its end and thrown away, within reason, before the refusal
//! is sent: a connection closed in the middle of an upload would lose the answer.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{FromRequest, HttpRequest, dev};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::failure::Failure;

/// The largest body accepted, in bytes.
const LIMIT: usize = 64 * 1024;

/// The media type of HTML forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// How much of a body that is too large is read before the connection is given up, in bytes.
const DRAIN: usize = 16 * 1024 * 1024;

async fn read(mut payload: Payload) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Failure::malformed("the body could not be read"))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= LIMIT {
            body.extend_from_slice(&chunk);
        } else if seen > DRAIN {
            break;
        }
    }
    if seen > LIMIT {
        Err(Failure::too_large())
    } else {
        Ok(body.freeze())
    }
}

fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

fn payload(
    request: &HttpRequest,
    payload: &mut dev::Payload,
) -> LocalBoxFuture<'static, Result<Bytes, Failure>> {
    let ready = Payload::from_request(request, payload);
    Box::pin(async move {
        let payload = ready
            .await
            .map_err(|_| Failure::malformed("the body could not be read"))?;
        read(payload).await
    })
}

/// A JSON body (`application/json` only).
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, body: &mut dev::Payload) -> Self::Future {
        let is_json = media_type(request).as_deref() == Some("application/json");
        let body = payload(request, body);
        Box::pin(async move {
            let body = body.await?;
            if !is_json {
                return Err(Failure::unsupported_media_type("application/json"));
            }
            serde_json::from_slice(&body)
                .map(Json)
                .map_err(|error| Failure::bad_json(&error))
        })
    }
}

/// A JSON body, or none at all where every member has a default.
pub(crate) struct JsonOrNothing<T>(pub(crate) T);

impl<T: Default + DeserializeOwned + 'static> FromRequest for JsonOrNothing<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, body: &mut dev::Payload) -> Self::Future {
        let is_bare =
            !request.headers().contains_key(CONTENT_TYPE) && matches!(body, dev::Payload::None);
        if is_bare {
            return Box::pin(async { Ok(Self(T::default())) });
        }
        let json = Json::from_request(request, body);
        Box::pin(async move { json.await.map(|Json(body)| Self(body)) })
    }
}

/// A body of whatever media type.
pub(crate) struct Body(Bytes);

impl FromRequest for Body {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, body: &mut dev::Payload) -> Self::Future {
        let body = payload(request, body);
        Box::pin(async move { body.await.map(Self) })
    }
}

impl Body {
    /// The body's text if it is a form; none if it is anything else.
    pub(crate) fn form(&self, request: &HttpRequest) -> Option<&str> {
        let is_form = media_type(request).as_deref() == Some(FORM);
        is_form.then(|| std::str::from_utf8(&self.0).ok()).flatten()
    }
}

/// The text of a form body (`application/x-www-form-urlencoded` only), not yet parsed.
pub(crate) struct FormText(pub(crate) String);

impl FromRequest for FormText {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, body: &mut dev::Payload) -> Self::Future {
        let is_form = media_type(request).as_deref() == Some(FORM);
        let body = payload(request, body);
        Box::pin(async move {
            let body = body.await?;
            if !is_form {
                return Err(Failure::unsupported_media_type(FORM));
            }
            let text = String::from_utf8(body.to_vec());
            text.map(FormText)
                .map_err(|_| Failure::malformed("the form is not UTF-8"))
        })
    }
}
