//! `/account/keys/…`: labels, the primary key, a key that was lost.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::{DisplayName, Freeze};
use hodlxxi_auth::identity::Identity;

use super::account::{noticed, or_confirm};
use super::{PageForm, see_other};
use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::http::private_key;
use crate::views::AccountNotice;

/// `POST /account/keys/label`
#[utoipa::path(
    post,
    path = "/account/keys/label",
    operation_id = "labelKey",
    tag = "Pages",
    summary = "Give a key a label",
    request_body(content = forms::LabelForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn label(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let label = match form.fields.get("label").trim() {
        "" => None,
        entered if private_key::is_likely(entered) => {
            return Ok(noticed(AccountNotice::LabelRefused));
        }
        entered => match DisplayName::parse(entered) {
            Ok(label) => Some(label),
            Err(_) => return Ok(noticed(AccountNotice::LabelRefused)),
        },
    };
    let PageForm { browser, fields } = form;
    let labelled = browser.changing(&app, caller, move |app, visitor, origin| {
        let Ok(identity) = fields.get("key").parse::<Identity>() else {
            return Ok(false);
        };
        let (session, people) = (&visitor.session, app.sign_in());
        Ok(people.label(session, &identity, label.as_ref(), origin)?)
    });
    Ok(noticed(if labelled.await? {
        AccountNotice::KeyLabelled
    } else {
        AccountNotice::Gone
    }))
}

/// `POST /account/keys/primary`
#[utoipa::path(
    post,
    path = "/account/keys/primary",
    operation_id = "makeKeyPrimary",
    tag = "Pages",
    summary = "Make a key the primary one",
    request_body(content = forms::KeyForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn make_primary(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let made = browser.changing(&app, caller, move |app, visitor, origin| {
        let Ok(identity) = fields.get("key").parse::<Identity>() else {
            return Ok(false);
        };
        let people = app.sign_in();
        Ok(people.make_primary(&visitor.session, &identity, origin)?)
    });
    or_confirm(made.await.map(|made| {
        noticed(if made {
            AccountNotice::KeyMadePrimary
        } else {
            AccountNotice::Gone
        })
    }))
}

/// `POST /account/keys/freeze`
#[utoipa::path(
    post,
    path = "/account/keys/freeze",
    operation_id = "freezeKey",
    tag = "Pages",
    summary = "Freeze a key that was lost or stolen",
    request_body(content = forms::KeyForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened; or to `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn freeze(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let outcome = browser.changing(&app, caller, move |app, visitor, origin| {
        match fields.get("key").parse::<Identity>() {
            Ok(identity) => Ok(app.freeze(&visitor.session, &identity, origin)?),
            Err(_) => Ok(Freeze::Unknown),
        }
    });
    or_confirm(outcome.await.map(|outcome| {
        noticed(match outcome {
            Freeze::Frozen { .. } | Freeze::AlreadyFrozen => AccountNotice::KeyFrozen,
            Freeze::NeedsAnotherKey => AccountNotice::NeedsAnotherKey,
            Freeze::Unknown => AccountNotice::Gone,
        })
    }))
}

/// `POST /account/keys/enough`
#[utoipa::path(
    post,
    path = "/account/keys/enough",
    operation_id = "acceptOneKey",
    tag = "Pages",
    summary = "Say that one key is enough",
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which offers no second key any more."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn one_is_enough(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let browser = form.browser;
    let accepted = browser.changing(&app, caller, |app, visitor, _| {
        Ok(app.sign_in().accept_one_key(&visitor.session)?)
    });
    accepted.await?;
    Ok(see_other("/account"))
}
