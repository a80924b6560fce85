//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::params::Params;
use hodlxxi_oauth::provider::EndSession;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::body::FormText;
use crate::http::failure::Failure;
use crate::http::pages::{Browser, PageForm, clear_session, requester, see_other};
use crate::people::Visitor;
use crate::views::{LoggedOutPage, LogoutPage};

/// `GET /oauth/logout`
pub(crate) async fn start(
    app: web::Data<App>,
    request: HttpRequest,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let query = request.query_string().to_owned();
    let session = browser.session();
    let (outcome, visitor) = hop(&app, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        let person = visitor.as_ref().map(Visitor::person);
        let outcome = app
            .provider()
            .end_session(&Params::parse(&query)?, person.as_ref())?;
        if matches!(outcome, EndSession::Done { .. }) {
            app.log_out(session.as_ref())?;
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
pub(crate) async fn store(form: FormText) -> Result<HttpResponse, Failure> {
    let params = Params::parse(&form.0)?;
    Ok(see_other(&format!("/oauth/logout?{params}")))
}

/// `POST /oauth/logout/confirm`: the person said yes.
pub(crate) async fn confirm(app: web::Data<App>, form: PageForm) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let session = browser.session();
    let redirect = hop(&app, move |app| {
        let redirect = app.provider().confirm_logout(fields.get("request"))?;
        app.log_out(session.as_ref())?;
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
