//! `/login`: signing in, in two steps that work without a script.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::challenge::Purpose;
use hodlxxi_kernel::SignInMethod;
use hodlxxi_limit::Act;
use serde::Deserialize;

use super::prove::{self, Attempt};
use super::review::after_sign_in;
use super::{Browser, PageForm, see_other};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::local_path::LocalPath;
use crate::http::openapi::forms;
use crate::people::Visitor;
use crate::views::{LoginPage, Problem, ProofPurpose, ProvePage, Requester, Shell, Template};

/// The query of `/login`.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default, rename = "continue")]
    continue_to: String,
}

/// A sign-in that is under way: where it leads, who asked for it, and where its forms may lead.
pub(super) struct Asked {
    pub(super) continue_to: LocalPath,
    pub(super) requester: Option<Requester>,
    guests: bool,
    hint: String,
    /// The kinds of key it asks for, best first; any if empty.
    wanted: Vec<SignInMethod>,
    ui_locales: Option<String>,
    place: Option<String>,
}

impl Asked {
    pub(super) fn by(app: &App, continue_to: LocalPath) -> Self {
        let pending = continue_to
            .resumes()
            .and_then(|sealed| app.provider().pending(&sealed).ok());
        match pending {
            None => Self {
                continue_to,
                requester: None,
                guests: app.guests_allowed(),
                hint: String::new(),
                wanted: Vec::new(),
                ui_locales: None,
                place: None,
            },
            Some(login) => Self {
                continue_to,
                requester: Some(super::requester(&login.client)),
                guests: app.guests_allowed() && login.allows_guests,
                hint: login.login_hint.unwrap_or_default(),
                wanted: methods(&login.acr_values),
                ui_locales: login.ui_locales,
                place: Some(login.form_action),
            },
        }
    }

    /// The page that `of` makes of this, in the language that the application asked for.
    pub(super) fn page<P: Template>(
        self,
        app: &App,
        browser: Browser,
        visitor: Option<&Visitor>,
        of: impl FnOnce(Self, Shell) -> P,
    ) -> HttpResponse {
        let browser = browser.speaking(self.ui_locales.as_deref());
        let (shell, place) = (browser.shell(app, visitor), self.place.clone());
        browser.page_to(&of(self, shell), place.as_deref())
    }
}

/// The ways to sign in that have one of these authentication contexts, in this order.
fn methods(acr_values: &[String]) -> Vec<SignInMethod> {
    let method = |acr: &String| SignInMethod::ALL.into_iter().find(|one| one.acr() == acr);
    acr_values.iter().filter_map(method).collect()
}

/// `GET /login?continue=<path>`
#[utoipa::path(
    get,
    path = "/login",
    operation_id = "showLogin",
    tag = "Pages",
    summary = "Sign in",
    description = "Two steps that work without a script.",
    params(("continue" = Option<String>, Query, description = "The path of this origin to go on to; `/account` if missing.")),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The first step.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let continue_to = LocalPath::parse_or_account(&query.continue_to);
    let session = browser.session();
    let (visitor, asked) = hop(&app, move |app| {
        let visitor = app.visitor(session.as_ref())?;
        Ok::<_, Failure>((visitor, Asked::by(app, continue_to)))
    })
    .await?;
    Ok(asked.page(&app, browser, visitor.as_ref(), |asked, shell| {
        let hint = asked.hint.clone();
        first_step(asked, shell, hint, None)
    }))
}

fn first_step(
    asked: Asked,
    shell: Shell,
    identifier: String,
    problem: Option<Problem>,
) -> LoginPage {
    LoginPage {
        shell,
        continue_to: asked.continue_to.as_str().to_owned(),
        requester: asked.requester,
        wanted: asked.wanted,
        guests: asked.guests,
        identifier,
        problem,
    }
}

fn second_step(asked: Asked, shell: Shell, attempt: Attempt) -> ProvePage {
    let purpose = ProofPurpose::SignIn {
        continue_to: asked.continue_to.as_str().to_owned(),
        requester: asked.requester,
    };
    attempt.into_page(shell, purpose)
}

/// `POST /login/challenge`: an address or key in, the challenge out.
#[utoipa::path(
    post,
    path = "/login/challenge",
    operation_id = "loginChallenge",
    tag = "Pages",
    summary = "Sign in: the key or address",
    request_body(content = forms::IdentifierForm, content_type = "application/x-www-form-urlencoded"),
    security(()),
    responses(
        (status = 200, description = "The challenge to sign, or what was wrong.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn challenge(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let continue_to = LocalPath::parse_or_account(fields.get("continue"));
    let identifier = fields.get("identifier").to_owned();
    let (asked, step, identifier) = hop(&app, move |app| {
        app.take(caller, Act::Challenge)?;
        let step = prove::challenge(app, &identifier, Purpose::Login, None);
        Ok::<_, Failure>((Asked::by(app, continue_to), step, identifier))
    })
    .await?;
    Ok(match step {
        Ok(attempt) => asked.page(&app, browser, None, |asked, shell| {
            second_step(asked, shell, attempt)
        }),
        Err(problem) => asked.page(&app, browser, None, |asked, shell| {
            first_step(asked, shell, identifier, Some(problem))
        }),
    })
}

/// `POST /login/verify`: the signature in, the session out.
#[utoipa::path(
    post,
    path = "/login/verify",
    operation_id = "loginVerify",
    tag = "Pages",
    summary = "Sign in: the signature",
    request_body(content = forms::SignatureForm, content_type = "application/x-www-form-urlencoded"),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "What was wrong.", body = String, content_type = "text/html"),
        (status = 303, description = "Signed in: to `continue`, by way of `/account/review` where something is new. `Set-Cookie` carries the session."),
        (status = 400, description = "A Nostr event where it does not serve, or a purpose that is not served.")
    )
)]
pub(crate) async fn verify(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let continue_to = LocalPath::parse_or_account(fields.get("continue"));
    let session = browser.session();
    let origin = browser.origin();
    let (asked, step, leads_to) = hop(&app, move |app| {
        let current = app.visitor(session.as_ref())?;
        let current = current.as_ref();
        let step = prove::verify(app, &fields, Purpose::Login, current, caller, origin)?;
        let leads_to = match &step {
            prove::Step::Proven(verified) => after_sign_in(app, verified, &continue_to)?,
            _ => String::new(),
        };
        Ok::<_, Failure>((Asked::by(app, continue_to), step, leads_to))
    })
    .await?;
    Ok(match step {
        prove::Step::Again(attempt) => asked.page(&app, browser, None, |asked, shell| {
            second_step(asked, shell, *attempt)
        }),
        prove::Step::Restart {
            identifier,
            problem,
        } => asked.page(&app, browser, None, |asked, shell| {
            first_step(asked, shell, identifier, Some(problem))
        }),
        prove::Step::Proven(outcome) => {
            let mut response = see_other(&leads_to);
            if let Some(secret) = outcome.secret() {
                super::set_session(&app, &mut response, secret)?;
            }
            response
        }
    })
}

/// `POST /login/guest`: in without a key.
#[utoipa::path(
    post,
    path = "/login/guest",
    operation_id = "loginGuest",
    tag = "Pages",
    summary = "Sign in without a key",
    request_body(content = forms::GuestForm, content_type = "application/x-www-form-urlencoded"),
    security((), ("session" = [])),
    responses(
        (status = 303, description = "Signed in: to `continue`. `Set-Cookie` carries the session."),
        (status = 403, description = "Guests are not let in here.")
    )
)]
pub(crate) async fn guest(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let continue_to = LocalPath::parse_or_account(fields.get("continue"));
    let (session, origin) = (browser.session(), browser.origin());
    let opened = hop(&app, move |app| {
        app.take(caller, Act::Guest)?;
        app.sign_in_guest(session.as_ref(), &origin)
    })
    .await?;
    let mut response = see_other(continue_to.as_str());
    super::set_session(&app, &mut response, &opened.secret)?;
    Ok(response)
}
