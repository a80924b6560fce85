//! `/account/merge/…`: merging another account of the same person into this one.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::challenge::Purpose;

use super::PageForm;
use super::account::{noticed, or_confirm};
use super::keys::{ask, judge};
use super::prove::Step;
use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::views::{AccountNotice, ProofPurpose};

/// `POST /account/merge/challenge`
#[utoipa::path(
    post,
    path = "/account/merge/challenge",
    operation_id = "mergeChallenge",
    tag = "Pages",
    summary = "Merge an account: a key of it",
    request_body(content = forms::LinkForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The challenge to sign.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`: the key cannot be used, or a Nostr key opened the session; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn challenge(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    or_told(ask(&app, caller, form, Purpose::Merge, ProofPurpose::Merge).await)
}

/// `POST /account/merge/verify`
#[utoipa::path(
    post,
    path = "/account/merge/verify",
    operation_id = "mergeVerify",
    tag = "Pages",
    summary = "Merge an account: the signature",
    request_body(content = forms::SignatureForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "What was wrong.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in."),
        (status = 409, description = "Applications are connected to both accounts.")
    )
)]
pub(crate) async fn verify(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let judged = judge(&app, caller, form, Purpose::Merge).await;
    or_told(judged.map(|judged| match judged.step {
        Step::Again(attempt) => judged.seen.second_step(&app, *attempt, ProofPurpose::Merge),
        Step::Restart { .. } => noticed(AccountNotice::KeyRefused),
        Step::Proven(_) => noticed(AccountNotice::Merged),
    }))
}

/// What was answered; or, where Nostr does not serve it, what kind of key does.
fn or_told(outcome: Result<HttpResponse, Failure>) -> Result<HttpResponse, Failure> {
    match outcome {
        Err(failure) if failure.code == Failure::METHOD => {
            Ok(noticed(AccountNotice::MergeTakesOtherKey))
        }
        outcome => or_confirm(outcome),
    }
}
