//! `/developers/clients/{client_id}`: one client of whoever is signed in. Another person's is not there.

use actix_web::{HttpResponse, web};
use hodlxxi_kernel::{ClientId, Timestamp};
use hodlxxi_oauth::client::{Client, ClientDraft, ClientKind, RedirectUri};
use hodlxxi_oauth::provider::{OwnClientError, SECRET_OVERLAP};

use super::{Query, entered, noticed, noticed_at, row};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::http::pages::{Browser, PageForm, see_other};
use crate::people::Visitor;
use crate::views::{
    ClientForm, ClientSecretPage, DeveloperNotice, Moment, OwnClientPage, client_name, snippets,
};

/// The id in a page's address; what is none names no client.
fn id(text: &str) -> Result<ClientId, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}

/// `GET /developers/clients/{client_id}`
#[utoipa::path(
    get,
    path = "/developers/clients/{client_id}",
    operation_id = "showOwnClient",
    tag = "Pages",
    summary = "One client of one's own",
    params(
        ("client_id" = String, Path, description = "The client."),
        ("notice" = Option<String>, Query, description = "A word on what just happened.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/login`: nobody is signed in."),
        (status = 404, description = "There is no such client of this person.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    path: web::Path<String>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let id = id(&path)?;
    let (session, wanted) = (browser.session(), id.clone());
    let found = hop(&app, move |app| {
        let Some(visitor) = app.visitor(session.as_ref())? else {
            return Ok(None);
        };
        let client = app.provider().own_client(&visitor.person(), &wanted)?;
        Ok::<_, Failure>(Some((visitor, client)))
    })
    .await?;
    let Some((visitor, client)) = found else {
        let to = format!("/login?continue=%2Fdevelopers%2Fclients%2F{id}");
        return Ok(see_other(&to));
    };
    let form = ClientForm {
        t: browser.texts(),
        kind: ClientKind::of(&client.metadata),
        draft: ClientDraft::of(&client.metadata),
        problems: Vec::new(),
    };
    let notice = DeveloperNotice::from_word(&query.notice);
    Ok(page(&app, &browser, &visitor, &client, form, notice))
}

fn page(
    app: &App,
    browser: &Browser,
    visitor: &Visitor,
    client: &Client,
    form: ClientForm,
    notice: Option<DeveloperNotice>,
) -> HttpResponse {
    let shell = browser.shell(app, Some(visitor));
    let uris = &client.metadata.redirect_uris;
    let uri = uris.first().map_or("", RedirectUri::as_str);
    let (id, kind) = (client.id.as_str(), ClientKind::of(&client.metadata));
    let fading = client.fading_secret(app.now());
    browser.page(&OwnClientPage {
        notice,
        client: row(client, shell.t),
        has_secret: client.metadata.token_endpoint_auth_method.has_secret(),
        old_until: fading.map(|secret| Moment(secret.good_until.as_unix())),
        verified: client.verified,
        form,
        snippets: snippets(kind, &shell.issuer, id, uri, shell.t),
        shell,
    })
}

/// `POST /developers/clients/{client_id}`
#[utoipa::path(
    post,
    path = "/developers/clients/{client_id}",
    operation_id = "changeOwnClient",
    tag = "Pages",
    summary = "Change a client of one's own",
    params(("client_id" = String, Path, description = "The client.")),
    request_body(content = forms::OwnClientForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page with what is wrong.", body = String, content_type = "text/html"),
        (status = 303, description = "To the client's page: it is changed."),
        (status = 401, description = "Nobody is signed in."),
        (status = 404, description = "There is no such client of this person.")
    )
)]
pub(crate) async fn change(
    app: web::Data<App>,
    path: web::Path<String>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let (id, t) = (id(&path)?, browser.texts());
    let changed = id.clone();
    let again = browser
        .changing(&app, caller, move |app, visitor, origin| {
            let (provider, person) = (app.provider(), visitor.person());
            let client = provider.own_client(&person, &id)?;
            let kind = ClientKind::of(&client.metadata);
            let draft = match entered::read(kind, &fields, t) {
                Ok(draft) => draft,
                Err(form) => return Ok(Some((visitor, client, *form))),
            };
            match provider.update_own_client(&person, &id, &draft, origin) {
                Ok(()) => Ok(None),
                Err(error) => {
                    let form = entered::refused(kind, draft, error, t)?;
                    Ok(Some((visitor, client, form)))
                }
            }
        })
        .await?;
    Ok(match again {
        None => noticed_at(changed.as_str(), DeveloperNotice::Saved),
        Some((visitor, client, form)) => page(&app, &browser, &visitor, &client, form, None),
    })
}

/// `POST /developers/clients/{client_id}/secret`
#[utoipa::path(
    post,
    path = "/developers/clients/{client_id}/secret",
    operation_id = "rotateOwnSecret",
    tag = "Pages",
    summary = "A new secret",
    description = "The answer shows it, and nothing shows it again. The secret before is good for 24 hours more.",
    params(("client_id" = String, Path, description = "The client.")),
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The new secret.", body = String, content_type = "text/html"),
        (status = 400, description = "The client has no secret."),
        (status = 401, description = "Nobody is signed in."),
        (status = 404, description = "There is no such client of this person.")
    )
)]
pub(crate) async fn rotate(
    app: web::Data<App>,
    path: web::Path<String>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let (browser, id) = (form.browser, id(&path)?);
    let rotated = browser.changing(&app, caller, move |app, visitor, origin| {
        let (provider, person) = (app.provider(), visitor.person());
        let client = provider.own_client(&person, &id)?;
        let secret = provider.rotate_own_secret(&person, &id, origin)?;
        Ok((visitor, client, secret))
    });
    let (visitor, client, secret) = rotated.await?;
    let until: Timestamp = app.now().plus(SECRET_OVERLAP);
    Ok(browser.page(&ClientSecretPage {
        shell: browser.shell(&app, Some(&visitor)),
        name: client_name(client.id.as_str(), &client.metadata),
        client_id: client.id.to_string(),
        secret: secret.expose().to_owned(),
        old_until: Some(Moment(until.as_unix())),
    }))
}

/// `POST /developers/clients/{client_id}/secret/end-old`
#[utoipa::path(
    post,
    path = "/developers/clients/{client_id}/secret/end-old",
    operation_id = "endOldSecret",
    tag = "Pages",
    summary = "End the secret before the last now",
    params(("client_id" = String, Path, description = "The client.")),
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To the client's page, which tells what happened."),
        (status = 401, description = "Nobody is signed in."),
        (status = 404, description = "There is no such client of this person.")
    )
)]
pub(crate) async fn end_old_secret(
    app: web::Data<App>,
    path: web::Path<String>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let (browser, id) = (form.browser, id(&path)?);
    let client = id.clone();
    let ended = browser
        .changing(&app, caller, move |app, visitor, origin| {
            let person = visitor.person();
            Ok(app.provider().end_old_secret(&person, &id, origin)?)
        })
        .await?;
    let notice = if ended {
        DeveloperNotice::OldSecretEnded
    } else {
        DeveloperNotice::Gone
    };
    Ok(noticed_at(client.as_str(), notice))
}

/// `POST /developers/clients/{client_id}/delete`
#[utoipa::path(
    post,
    path = "/developers/clients/{client_id}/delete",
    operation_id = "deleteOwnClient",
    tag = "Pages",
    summary = "Delete a client of one's own",
    params(("client_id" = String, Path, description = "The client.")),
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/developers`, which tells what happened."),
        (status = 401, description = "Nobody is signed in."),
        (status = 404, description = "There is no such client of this person.")
    )
)]
pub(crate) async fn delete(
    app: web::Data<App>,
    path: web::Path<String>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let (browser, id) = (form.browser, id(&path)?);
    let deleted = browser.changing(&app, caller, move |app, visitor, origin| {
        let person = visitor.person();
        Ok(app.provider().delete_own_client(&person, &id, origin)?)
    });
    deleted.await?;
    Ok(noticed(DeveloperNotice::Deleted))
}

impl From<OwnClientError> for Failure {
    fn from(error: OwnClientError) -> Self {
        match error {
            OwnClientError::Guest => Self::key_required(),
            OwnClientError::Unknown => Self::not_found(),
            OwnClientError::Store(error) => error.into(),
            error => Self::malformed(error.to_string()),
        }
    }
}
