//! `/account/keys/…`: linking one more key, and unlinking one; and the two steps of whatever takes a
//! proof in the session at hand.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::Unlink;
use hodlxxi_auth::challenge::Purpose;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::service::Verified;
use hodlxxi_limit::Act;

use super::account::{noticed, or_confirm};
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
        (status = 303, description = "To `/account`: the key cannot be used; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn challenge(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    or_confirm(ask(&app, caller, form, Purpose::Link, ProofPurpose::LinkKey).await)
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
        (status = 303, description = "To `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn verify(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let judged = judge(&app, caller, form, Purpose::Link).await;
    or_confirm(judged.map(|judged| {
        match judged.step {
            Step::Again(attempt) => judged
                .seen
                .second_step(&app, *attempt, ProofPurpose::LinkKey),
            Step::Restart { .. } => noticed(AccountNotice::KeyRefused),
            Step::Proven(verified) => noticed(match *verified {
                Verified::Linked { new_key: false, .. } => AccountNotice::KeyAlreadyLinked,
                _ => AccountNotice::KeyLinked,
            }),
        }
    }))
}

/// Who looks at a page of the account.
pub(super) struct Seen {
    pub(super) browser: Browser,
    visitor: Visitor,
}

impl Seen {
    /// The page that shows the challenge.
    pub(super) fn second_step(
        &self,
        app: &App,
        attempt: Attempt,
        purpose: ProofPurpose,
    ) -> HttpResponse {
        let shell = self.browser.shell(app, Some(&self.visitor));
        self.browser.page(&attempt.into_page(shell, purpose))
    }
}

/// What came of a signature.
pub(super) struct Judged {
    pub(super) seen: Seen,
    pub(super) step: Step,
}

/// A key or address in, its challenge for `purpose` out: the first step of what takes a proof in the
/// session at hand, which must be fresh.
pub(super) async fn ask(
    app: &web::Data<App>,
    caller: Caller,
    form: PageForm,
    purpose: Purpose,
    shown: ProofPurpose,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let session = browser.session();
    let (visitor, step) = hop(app, move |app| {
        let visitor = app.known_visitor(session.as_ref())?;
        app.take(caller, Act::Challenge)?;
        app.sign_in().require_fit(purpose, &visitor.session)?;
        let step = prove::challenge(app, fields.get("identifier"), purpose, Some(&visitor));
        Ok::<_, Failure>((visitor, step))
    })
    .await?;
    let seen = Seen { browser, visitor };
    Ok(match step {
        Ok(attempt) => seen.second_step(app, attempt, shown),
        Err(_) => noticed(AccountNotice::KeyRefused),
    })
}

/// The signature in: the second step.
pub(super) async fn judge(
    app: &web::Data<App>,
    caller: Caller,
    form: PageForm,
    purpose: Purpose,
) -> Result<Judged, Failure> {
    let PageForm { browser, fields } = form;
    let session = browser.session();
    let origin = browser.origin();
    let (visitor, step) = hop(app, move |app| {
        let visitor = app.known_visitor(session.as_ref())?;
        let step = prove::verify(app, &fields, purpose, Some(&visitor), caller, origin)?;
        Ok::<_, Failure>((visitor, step))
    })
    .await?;
    let seen = Seen { browser, visitor };
    Ok(Judged { seen, step })
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
        (status = 303, description = "To `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn unlink(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let outcome = browser.changing(&app, caller, move |app, visitor, origin| {
        match fields.get("key").parse::<Identity>() {
            Ok(identity) => Ok(app.unlink(&visitor.session, &identity, origin)?),
            Err(_) => Ok(Unlink::Unknown),
        }
    });
    or_confirm(outcome.await.map(|outcome| {
        noticed(match outcome {
            Unlink::Unlinked { .. } => AccountNotice::KeyUnlinked,
            Unlink::LastKey => AccountNotice::LastKey,
            Unlink::Unknown => AccountNotice::Gone,
        })
    }))
}
