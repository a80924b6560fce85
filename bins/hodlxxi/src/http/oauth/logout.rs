//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::params::Params;
use hodlxxi_oauth::provider::EndSession;

use crate::compose::App;
use crate::http::body::FormText;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::openapi::forms;
use crate::http::openapi::schemas;
use crate::http::pages::{Browser, PageForm, clear_session, requester, see_other};
use crate::people::Visitor;
use crate::views::{LoggedOutPage, LogoutPage};

/// `GET /oauth/logout`
#[utoipa::path(
    get,
    path = "/oauth/logout",
    operation_id = "endSession",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Logout that an application asks for",
    description = "With a valid hint of the current session it is over at once; otherwise a page asks the person. Without a hint nobody is redirected.",
    params(schemas::LogoutRequest),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The question, or the word that it is done.", body = String, content_type = "text/html"),
        (status = 303, description = "To `post_logout_redirect_uri`."),
        (status = 400, description = "The request is malformed.")
    )
)]
pub(crate) async fn start(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let query = request.query_string().to_owned();
    let (session, origin) = (browser.session(), browser.origin());
    let (outcome, visitor) = limited_hop(&app, caller, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        let person = visitor.as_ref().map(Visitor::person);
        let outcome = app
            .provider()
            .end_session(&Params::parse(&query)?, person.as_ref())?;
        if matches!(outcome, EndSession::Done { .. }) {
            app.log_out(session.as_ref(), &origin)?;
        }
        Ok::<_, Failure>((outcome, visitor))
    })
    .await?;
    Ok(match outcome {
        EndSession::Done { redirect } => done(&app, &browser, redirect),
        EndSession::Ask { resume, back_to } => {
            let page = LogoutPage {
                shell: browser.shell(&app, visitor.as_ref()),
                requester: back_to.as_ref().map(|(client, _)| requester(client)),
                request: resume,
            };
            browser.page_to(&page, back_to.as_ref().map(|(_, place)| place.as_str()))
        }
    })
}

/// `POST /oauth/logout`: a relying party's form. It brings no cookie (`SameSite=Lax`), so it is
/// answered with a GET that does.
#[utoipa::path(
    post,
    path = "/oauth/logout",
    operation_id = "endSessionByForm",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Logout that an application asks for, by a form",
    description = "Answered with a GET, since a form from elsewhere brings no cookie.",
    request_body(content = schemas::LogoutRequest, content_type = "application/x-www-form-urlencoded"),
    security(()),
    responses(
        (status = 303, description = "To the same endpoint, which goes on with the request.")
    )
)]
pub(crate) async fn store(form: FormText) -> Result<HttpResponse, Failure> {
    let params = Params::parse(&form.0)?;
    Ok(see_other(&format!("/oauth/logout?{params}")))
}

/// `POST /oauth/logout/confirm`: the person said yes.
#[utoipa::path(
    post,
    path = "/oauth/logout/confirm",
    operation_id = "confirmLogout",
    tag = "Pages",
    summary = "Answer of the logout page",
    request_body(content = forms::LogoutForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = []), ()),
    responses(
        (status = 200, description = "The word that it is done.", body = String, content_type = "text/html"),
        (status = 303, description = "To where the application registered."),
        (status = 400, description = "The request is stale.")
    )
)]
pub(crate) async fn confirm(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let (session, origin) = (browser.session(), browser.origin());
    let redirect = limited_hop(&app, caller, move |app| {
        let redirect = app.provider().confirm_logout(fields.get("request"))?;
        app.log_out(session.as_ref(), &origin)?;
        Ok::<_, Failure>(redirect)
    })
    .await?;
    Ok(done(&app, &browser, redirect))
}

fn done(app: &App, browser: &Browser, redirect: Option<String>) -> HttpResponse {
    let mut response = match redirect {
        Some(location) => see_other(&location),
        None => browser.page(&LoggedOutPage {
            shell: browser.shell(app, None),
        }),
    };
    clear_session(app, &mut response);
    response
}
