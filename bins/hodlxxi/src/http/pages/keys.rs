//! `/account/keys/…`: linking one more key, and unlinking one.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::Unlink;
use hodlxxi_auth::challenge::Purpose;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::service::Verified;
use hodlxxi_limit::Act;

use super::account::noticed;
use super::prove::{self, Attempt, Step};
use super::{Browser, PageForm};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::people::Visitor;
use crate::views::{AccountNotice, ProofPurpose};

/// `POST /account/keys/challenge`
#[utoipa::path(
    post,
    path = "/account/keys/challenge",
    operation_id = "linkKeyChallenge",
    tag = "Pages",
    summary = "Link a key: the key or address",
    request_body(content = forms::LinkForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The challenge to sign.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`: the key cannot be used."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn challenge(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let session = browser.session();
    let (visitor, step) = hop(&app, move |app| {
        let visitor = app.known_visitor(session.as_ref())?;
        app.take(caller, Act::Challenge)?;
        let step = prove::challenge(app, fields.get("identifier"), Purpose::Link, Some(&visitor));
        Ok::<_, Failure>((visitor, step))
    })
    .await?;
    Ok(match step {
        Ok(attempt) => second_step(&app, &browser, &visitor, attempt),
        Err(_) => noticed(AccountNotice::KeyRefused),
    })
}

/// `POST /account/keys/verify`
#[utoipa::path(
    post,
    path = "/account/keys/verify",
    operation_id = "linkKeyVerify",
    tag = "Pages",
    summary = "Link a key: the signature",
    request_body(content = forms::SignatureForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "What was wrong.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn verify(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let session = browser.session();
    let origin = browser.origin();
    let (visitor, step) = hop(&app, move |app| {
        let visitor = app.known_visitor(session.as_ref())?;
        let step = prove::verify(app, &fields, Purpose::Link, Some(&visitor), caller, origin)?;
        Ok::<_, Failure>((visitor, step))
    })
    .await?;
    Ok(match step {
        Step::Again(attempt) => second_step(&app, &browser, &visitor, *attempt),
        Step::Restart { .. } => noticed(AccountNotice::KeyRefused),
        Step::Proven(verified) => noticed(match *verified {
            Verified::Linked { new_key: false, .. } => AccountNotice::KeyAlreadyLinked,
            _ => AccountNotice::KeyLinked,
        }),
    })
}

fn second_step(app: &App, browser: &Browser, visitor: &Visitor, attempt: Attempt) -> HttpResponse {
    let shell = browser.shell(app, Some(visitor));
    browser.page(&attempt.into_page(shell, ProofPurpose::LinkKey))
}

/// `POST /account/keys/unlink`
#[utoipa::path(
    post,
    path = "/account/keys/unlink",
    operation_id = "unlinkKey",
    tag = "Pages",
    summary = "Unlink a key",
    request_body(content = forms::UnlinkForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn unlink(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let (session, origin) = (form.browser.session(), form.browser.origin());
    let outcome = hop(&app, move |app| {
        let visitor = app.changing_visitor(session.as_ref(), caller)?;
        match form.fields.get("key").parse::<Identity>() {
            Ok(identity) => app
                .unlink(&visitor.session, &identity, &origin)
                .map_err(Failure::from),
            Err(_) => Ok(Unlink::Unknown),
        }
    })
    .await?;
    Ok(noticed(match outcome {
        Unlink::Unlinked { .. } => AccountNotice::KeyUnlinked,
        Unlink::LastKey => AccountNotice::LastKey,
        Unlink::Unknown => AccountNotice::Gone,
    }))
}
