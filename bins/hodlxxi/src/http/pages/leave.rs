//! `/account/delete/…`: leaving for good.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::challenge::Purpose;

use super::account::{noticed, or_confirm};
use super::keys::{ask, judge};
use super::prove::Step;
use super::{PageForm, clear_session};
use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::views::{AccountNotice, FarewellPage, Moment, ProofPurpose};

/// `POST /account/delete/challenge`
#[utoipa::path(
    post,
    path = "/account/delete/challenge",
    operation_id = "deleteChallenge",
    tag = "Pages",
    summary = "Delete the account: a key of it",
    request_body(content = forms::LinkForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The challenge to sign.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`: the key cannot be used; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn challenge(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    or_confirm(ask(&app, caller, form, Purpose::Delete, ProofPurpose::Delete).await)
}

/// `POST /account/delete/verify`
#[utoipa::path(
    post,
    path = "/account/delete/verify",
    operation_id = "deleteVerify",
    tag = "Pages",
    summary = "Delete the account: the signature",
    request_body(content = forms::SignatureForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "When the account is deleted, and that all its sessions have ended; or what was wrong.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`: the key cannot be used; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn verify(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let judged = judge(&app, caller, form, Purpose::Delete).await;
    or_confirm(judged.map(|judged| {
        match judged.step {
            Step::Again(attempt) => judged
                .seen
                .second_step(&app, *attempt, ProofPurpose::Delete),
            Step::Restart { .. } => noticed(AccountNotice::KeyRefused),
            Step::Proven(verified) => {
                let browser = &judged.seen.browser;
                let mut response = browser.page(&FarewellPage {
                    shell: browser.shell(&app, None),
                    deletes_at: verified.deletes_at().map(|at| Moment(at.as_unix())),
                });
                clear_session(&app, &mut response);
                response
            }
        }
    }))
}
