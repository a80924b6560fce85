//! `/login/lightning` and `/account/keys/lightning`: a code for a Lightning wallet, which works without a script.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::service::Verified;
use hodlxxi_lnurl::auth::Action;
use hodlxxi_lnurl::service::Look;

use super::account::{noticed, or_confirm};
use super::login::Asked;
use super::review::after_sign_in;
use super::{Browser, PageForm, see_other, set_session};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::local_path::LocalPath;
use crate::http::openapi::forms;
use crate::lightning::Finished;
use crate::people::{Visitor, shorten};
use crate::views::{AccountNotice, LightningPage, Moment, Problem, Shell, WelcomePage};

/// A code as it is shown, and what is in the way.
struct Shown {
    id: String,
    look: Look,
    problem: Option<Problem>,
}

impl Shown {
    /// A new code.
    fn new(
        app: &App,
        action: Action,
        browser: &Browser,
        caller: Caller,
        problem: Option<Problem>,
    ) -> Result<Self, Failure> {
        let session = browser.session();
        let begun = app.begin_lightning(action, browser.mark(), session.as_ref(), caller)?;
        let id = begun.id.expose().to_owned();
        let look = app.lnurl().look(&id, browser.mark())?;
        let look = look.ok_or_else(Failure::unavailable)?;
        Ok(Self { id, look, problem })
    }

    fn into_page(self, app: &App, shell: Shell) -> LightningPage {
        let endpoint = self.look.url.endpoint();
        LightningPage {
            shell,
            continue_to: None,
            requester: None,
            action: self.look.action.as_str(),
            lnurl: endpoint.to_lnurl(),
            uri: endpoint.to_uri(),
            keyauth_uri: endpoint.to_keyauth(),
            expires_at: Moment(app.now().plus(self.look.expires_in).as_unix()),
            expires_in: self.look.expires_in,
            session_id: self.id,
            problem: self.problem,
        }
    }
}

/// What follows from "I approved it".
enum Next {
    Show(Box<Shown>),
    Welcome(String),
    /// Nothing new where it was done before.
    Done(Option<Box<Verified>>),
}

/// Where the code `id` leads, or else a new code.
fn next(
    app: &App,
    action: Action,
    browser: &Browser,
    caller: Caller,
    id: String,
    wants_account: bool,
) -> Result<Next, Failure> {
    let session = browser.session();
    let finished = app.finish_lightning(
        &id,
        browser.mark(),
        session.as_ref(),
        wants_account,
        &browser.origin(),
    )?;
    Ok(match finished {
        Finished::NotYet(look) => Next::Show(Box::new(Shown {
            id,
            look,
            problem: Some(Problem::WalletSilent),
        })),
        Finished::NewKey(key) => Next::Welcome(shorten(key.to_hex())),
        Finished::Done(verified) => Next::Done(verified),
        Finished::Expired => {
            let problem = Some(Problem::CodeExpired);
            Next::Show(Box::new(Shown::new(app, action, browser, caller, problem)?))
        }
    })
}

fn sign_in_page(app: &App, browser: Browser, asked: Asked, shown: Shown) -> HttpResponse {
    asked.page(app, browser, None, |asked, shell| LightningPage {
        continue_to: Some(asked.continue_to.as_str().to_owned()),
        requester: asked.requester,
        ..shown.into_page(app, shell)
    })
}

/// `POST /login/lightning`: a code to sign in by.
#[utoipa::path(
    post,
    path = "/login/lightning",
    operation_id = "loginLightning",
    tag = "Pages",
    summary = "Sign in: a code for a Lightning wallet",
    request_body(content = forms::GuestForm, content_type = "application/x-www-form-urlencoded"),
    security(()),
    responses(
        (status = 200, description = "The code.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn begin(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let continue_to = LocalPath::parse_or_account(fields.get("continue"));
    let asking = browser.clone();
    let (asked, shown) = hop(&app, move |app| {
        let shown = Shown::new(app, Action::Login, &asking, caller, None)?;
        Ok::<_, Failure>((Asked::by(app, continue_to), shown))
    })
    .await?;
    Ok(sign_in_page(&app, browser, asked, shown))
}

/// `POST /login/lightning/finish`: "I approved it in my wallet".
#[utoipa::path(
    post,
    path = "/login/lightning/finish",
    operation_id = "loginLightningFinish",
    tag = "Pages",
    summary = "Sign in: the wallet has approved",
    request_body(content = forms::LightningForm, content_type = "application/x-www-form-urlencoded"),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The code once more, or a question first where the key is new here.", body = String, content_type = "text/html"),
        (status = 303, description = "Signed in: to `continue`, by way of `/account/review` where something is new. `Set-Cookie` carries the session."),
        (status = 403, description = "The account is disabled.")
    )
)]
pub(crate) async fn finish(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let continue_to = LocalPath::parse_or_account(fields.get("continue"));
    let id = fields.get("session_id").to_owned();
    let wants_account = fields.get("confirm") == "yes";
    let (asking, kept) = (browser.clone(), id.clone());
    let (asked, next, leads_to) = hop(&app, move |app| {
        let next = next(app, Action::Login, &asking, caller, id, wants_account)?;
        let leads_to = match &next {
            Next::Done(Some(verified)) => after_sign_in(app, verified, &continue_to)?,
            _ => continue_to.as_str().to_owned(),
        };
        Ok::<_, Failure>((Asked::by(app, continue_to), next, leads_to))
    })
    .await?;
    Ok(match next {
        Next::Show(shown) => sign_in_page(&app, browser, asked, *shown),
        Next::Welcome(key) => asked.page(&app, browser, None, |asked, shell| WelcomePage {
            shell,
            continue_to: asked.continue_to.as_str().to_owned(),
            requester: asked.requester,
            session_id: kept,
            key,
        }),
        Next::Done(verified) => {
            let mut response = see_other(&leads_to);
            if let Some(secret) = verified.as_ref().and_then(|verified| verified.secret()) {
                set_session(&app, &mut response, secret)?;
            }
            response
        }
    })
}

/// `POST /account/keys/lightning`: a code to link a wallet by.
#[utoipa::path(
    post,
    path = "/account/keys/lightning",
    operation_id = "linkLightning",
    tag = "Pages",
    summary = "Link a key: a code for a Lightning wallet",
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The code.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn begin_link(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let browser = form.browser;
    let asking = browser.clone();
    let begun = hop(&app, move |app| {
        let visitor = app.known_visitor(asking.session().as_ref())?;
        let shown = Shown::new(app, Action::Link, &asking, caller, None)?;
        Ok::<_, Failure>((visitor, shown))
    })
    .await;
    or_confirm(begun.map(|(visitor, shown)| link_page(&app, &browser, &visitor, shown)))
}

fn link_page(app: &App, browser: &Browser, visitor: &Visitor, shown: Shown) -> HttpResponse {
    let shell = browser.shell(app, Some(visitor));
    browser.page(&shown.into_page(app, shell))
}

/// `POST /account/keys/lightning/finish`: "I approved it in my wallet".
#[utoipa::path(
    post,
    path = "/account/keys/lightning/finish",
    operation_id = "linkLightningFinish",
    tag = "Pages",
    summary = "Link a key: the wallet has approved",
    request_body(content = forms::LightningForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The code once more.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in."),
        (status = 409, description = "The key belongs to another account.")
    )
)]
pub(crate) async fn finish_link(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let id = fields.get("session_id").to_owned();
    let asking = browser.clone();
    let finished = hop(&app, move |app| {
        let visitor = app.known_visitor(asking.session().as_ref())?;
        let next = next(app, Action::Link, &asking, caller, id, false)?;
        Ok::<_, Failure>((visitor, next))
    })
    .await;
    or_confirm(finished.map(|(visitor, next)| match next {
        Next::Show(shown) => link_page(&app, &browser, &visitor, *shown),
        Next::Done(verified) => noticed(notice_of(verified.as_deref())),
        // Asked at a sign-in alone.
        Next::Welcome(_) => noticed(AccountNotice::Gone),
    }))
}

/// What the person is told of the key.
const fn notice_of(verified: Option<&Verified>) -> AccountNotice {
    match verified {
        Some(Verified::Linked { new_key: false, .. }) => AccountNotice::KeyAlreadyLinked,
        _ => AccountNotice::KeyLinked,
    }
}
