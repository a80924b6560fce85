//! The last touch on every answer: failures written as the endpoint's kind of answer, and the
//! headers that every answer carries.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use serde_json::json;

use super::failure::Failure;
use super::language;
use crate::compose::App;
use crate::telemetry::RequestId;
use crate::views::{ErrorPage, Shell, Template as _, Texts};

/// What a page may load and where its forms may go.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
     form-action 'self'; require-trusted-types-for 'script'";

/// The page policy, with one further place that forms, or the redirects after them, may go to.
///
/// Chromium applies `form-action` to every redirect that follows a form, so the pages on the way
/// back to an application name its (checked) origin.
pub(crate) fn page_policy_to(place: &str) -> String {
    PAGE_POLICY.replace("form-action 'self'", &format!("form-action 'self' {place}"))
}

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// Seconds for which browsers remember that this host is https only: two years.
const HSTS: &str = "max-age=63072000";

fn set_headers(headers: &mut HeaderMap, https: bool) {
    for (name, value) in ALWAYS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(HSTS),
        );
    }
}

/// How an endpoint speaks of failure.
pub(crate) enum Kind {
    /// RFC 6749, section 5.2.
    OAuth,
    /// RFC 9457.
    Problem,
    /// A page.
    Page,
}

/// How the endpoint at `path` speaks of failure.
pub(crate) fn kind_of(path: &str) -> Kind {
    const OAUTH: [&str; 6] = [
        "/oauth/token",
        "/oauth/introspect",
        "/oauth/revoke",
        "/oauth/userinfo",
        "/oauth/register",
        "/oauth/jwks.json",
    ];
    const PROBLEM: [&str; 4] = ["/health", "/metrics", "/openapi.json", "/oauthx/status"];
    let under = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if OAUTH.contains(&path) || under("/oauth/register") {
        Kind::OAuth
    } else if PROBLEM.contains(&path)
        || under("/health")
        || path == "/api"
        || under("/api")
        || under("/.well-known")
    {
        Kind::Problem
    } else {
        Kind::Page
    }
}

fn oauth_error(failure: &Failure) -> (&'static str, String) {
    let body = json!({ "error": failure.oauth_code(), "error_description": failure.detail });
    ("application/json", body.to_string())
}

fn problem(failure: &Failure, issuer: &str, request_id: &str) -> (&'static str, String) {
    let body = json!({
        "type": format!("{issuer}/oauthx/docs#{}", failure.code),
        "title": failure.status.canonical_reason().unwrap_or("Error"),
        "status": failure.status.as_u16(),
        "detail": failure.detail,
        "code": failure.code,
        "request_id": request_id,
    });
    ("application/problem+json", body.to_string())
}

fn page(failure: &Failure, app: &App, t: Texts, request_id: &str) -> (&'static str, String) {
    let shell = Shell {
        t,
        issuer: app.issuer().to_owned(),
        csrf: String::new(),
        signed_in: None,
    };
    let mut page = ErrorPage::of_status(shell, failure.status.as_u16(), request_id.to_owned());
    page.detail = Some(failure.detail.clone());
    (
        "text/html; charset=utf-8",
        page.render().unwrap_or_else(|_| page.title.to_string()),
    )
}

/// Writes failures, and sets the headers of every answer.
pub(crate) async fn finish(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let mut response = next.call(request).await?;
    set_headers(response.headers_mut(), app.is_https());
    let written = response.headers().contains_key(header::CONTENT_TYPE);
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let known = response.response().extensions().get::<Failure>().cloned();
    if !failed || (written && known.is_none()) {
        return Ok(response.map_into_left_body());
    }
    let failure = known.unwrap_or_else(|| Failure::of_status(response.status()));
    let request_id = response
        .request()
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string);
    let request_id = request_id.unwrap_or_default();
    let (media_type, body) = match kind_of(response.request().path()) {
        Kind::OAuth => oauth_error(&failure),
        Kind::Problem => problem(&failure, app.issuer(), &request_id),
        Kind::Page => {
            let texts = language::accepted(response.request());
            language::tell(response.headers_mut(), texts);
            page(&failure, &app, texts, &request_id)
        }
    };
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response.map_body(|_, _| EitherBody::right(BoxBody::new(body))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_speaks_its_kind() {
        assert!(matches!(kind_of("/oauth/token"), Kind::OAuth));
        assert!(matches!(kind_of("/oauth/register/abc"), Kind::OAuth));
        assert!(matches!(kind_of("/api/challenge"), Kind::Problem));
        assert!(matches!(kind_of("/health/ready"), Kind::Problem));
        assert!(matches!(kind_of("/oauth/authorize"), Kind::Page));
        assert!(matches!(kind_of("/apiary"), Kind::Page));
    }

    #[test]
    fn a_further_place_joins_the_form_action() {
        let policy = page_policy_to("https://app.example");
        assert!(
            policy.contains("form-action 'self' https://app.example;"),
            "{policy}"
        );
    }
}
