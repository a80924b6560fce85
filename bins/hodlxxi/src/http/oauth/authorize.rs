//! The authorization endpoint (RFC 6749, section 3.1) and the consent that may follow.

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::authorize::{AuthorizationResponse, AuthorizeOutcome, Decision};
use hodlxxi_oauth::params::Params;

use crate::compose::App;
use crate::http::body::FormText;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::local_path::LocalPath;
use crate::http::openapi::forms;
use crate::http::openapi::schemas;
use crate::http::pages::{Browser, PageForm, see_other, show_consent, show_form_post};
use crate::people::Visitor;

/// `GET /oauth/authorize`: a request, or one that is resumed after a sign-in.
#[utoipa::path(
    get,
    path = "/oauth/authorize",
    operation_id = "authorize",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Authorization endpoint",
    description = "Where an application sends the browser of a person who wants to sign in. Code flow with PKCE; answers carry `iss` (RFC 9207). An unknown application or redirect URI never redirects.",
    params(schemas::AuthorizationRequest),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "A question to the person (consent), or a form that carries the answer (`form_post`).", body = String, content_type = "text/html"),
        (status = 303, description = "To the application with `code` and `state` or with `error`, or to `/login` and back."),
        (status = 400, description = "The application or its redirect URI is not known, or the request is malformed.")
    )
)]
pub(crate) async fn start(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let query = request.query_string().to_owned();
    let session = browser.session();
    let (outcome, visitor) = limited_hop(&app, caller, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        let outcome = judge(app, &query, visitor.as_ref())?;
        Ok::<_, Failure>((outcome, visitor))
    })
    .await?;
    Ok(answer(&app, &browser, visitor.as_ref(), outcome))
}

fn judge(app: &App, query: &str, visitor: Option<&Visitor>) -> Result<AuthorizeOutcome, Failure> {
    let person = visitor.map(Visitor::person);
    Ok(match LocalPath::sealed_in(query) {
        Some(sealed) => app.provider().resume(&sealed, person.as_ref())?,
        None => app
            .provider()
            .authorize(&Params::parse(query)?, person.as_ref())?,
    })
}

/// `POST /oauth/authorize`: it brings no cookie (`SameSite=Lax`), so it is sealed and answered with
/// a GET that does.
#[utoipa::path(
    post,
    path = "/oauth/authorize",
    operation_id = "authorizeByForm",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Authorization endpoint, by a form",
    description = "The request is sealed and answered with a GET, since a form from elsewhere brings no cookie.",
    request_body(content = schemas::AuthorizationRequest, content_type = "application/x-www-form-urlencoded"),
    security(()),
    responses(
        (status = 303, description = "To the same endpoint, which goes on with the request.")
    )
)]
pub(crate) async fn store(app: web::Data<App>, form: FormText) -> Result<HttpResponse, Failure> {
    let sealed = app.provider().seal_request(&Params::parse(&form.0)?);
    Ok(see_other(LocalPath::resuming(&sealed).as_str()))
}

/// `POST /oauth/consent`: what the person decided.
#[utoipa::path(
    post,
    path = "/oauth/consent",
    operation_id = "decideConsent",
    tag = "Pages",
    summary = "Answer of the consent page",
    request_body(content = forms::ConsentForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "A form that carries the answer (`form_post`), or the question again.", body = String, content_type = "text/html"),
        (status = 303, description = "To the application, or to sign in."),
        (status = 400, description = "The request is stale.")
    )
)]
pub(crate) async fn decide(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let (session, origin) = (browser.session(), browser.origin());
    let (outcome, visitor) = limited_hop(&app, caller, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        let person = visitor.as_ref().map(Visitor::person);
        let decision = Decision::from_field(Some(fields.get("decision")));
        let outcome =
            app.provider()
                .decide(fields.get("request"), decision, person.as_ref(), &origin)?;
        Ok::<_, Failure>((outcome, visitor))
    })
    .await?;
    Ok(answer(&app, &browser, visitor.as_ref(), outcome))
}

fn answer(
    app: &App,
    browser: &Browser,
    visitor: Option<&Visitor>,
    outcome: AuthorizeOutcome,
) -> HttpResponse {
    match outcome {
        AuthorizeOutcome::Redirect(response) => redirect(app, browser, visitor, &response),
        AuthorizeOutcome::Login(login) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("continue", LocalPath::resuming(&login.resume).as_str());
            see_other(&format!("/login?{}", query.finish()))
        }
        AuthorizeOutcome::Consent(prompt) => show_consent(app, browser, visitor, &prompt),
    }
}

fn redirect(
    app: &App,
    browser: &Browser,
    visitor: Option<&Visitor>,
    response: &AuthorizationResponse,
) -> HttpResponse {
    match response.location() {
        Some(location) => see_other(&location),
        None => show_form_post(app, browser, visitor, response),
    }
}
