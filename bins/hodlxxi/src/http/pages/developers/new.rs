//! `/developers/new`: making a client.

use actix_web::{HttpResponse, web};
use hodlxxi_limit::Act;
use hodlxxi_oauth::client::{ClientDraft, ClientKind};
use hodlxxi_oauth::scope::ScopeSet;
use serde::Deserialize;

use super::{developer, entered, noticed_at};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::http::pages::{Browser, PageForm, see_other};
use crate::views::{
    ClientForm, ClientSecretPage, Developer, DeveloperNotice, NewClientPage, client_name,
};

/// The query of the form: what kind of client.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    kind: String,
}

/// `GET /developers/new`
#[utoipa::path(
    get,
    path = "/developers/new",
    operation_id = "newClient",
    tag = "Pages",
    summary = "The form of a new client",
    params(("kind" = String, Query, description = "`web`, `single-page`, `native` or `machine`.")),
    security(("session" = [])),
    responses(
        (status = 200, description = "The form.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/login`: nobody is signed in. To `/developers`: guests have no clients, or there is no such kind.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let Some(kind) = ClientKind::from_word(&query.kind) else {
        return Ok(see_other("/developers"));
    };
    let session = browser.session();
    let visitor = hop(&app, move |app| {
        app.visitor(session.as_ref()).map_err(Failure::from)
    })
    .await?;
    Ok(match developer(visitor.as_ref()) {
        Developer::Nobody => see_other(&format!(
            "/login?continue=%2Fdevelopers%2Fnew%3Fkind%3D{}",
            kind.as_str()
        )),
        Developer::Guest => see_other("/developers"),
        Developer::Person => browser.page(&NewClientPage {
            shell: browser.shell(&app, visitor.as_ref()),
            form: ClientForm {
                t: browser.texts(),
                kind,
                draft: ClientDraft {
                    scope: ScopeSet::parse("openid profile"),
                    ..ClientDraft::default()
                },
                problems: Vec::new(),
            },
        }),
    })
}

/// `POST /developers/new`
#[utoipa::path(
    post,
    path = "/developers/new",
    operation_id = "createClient",
    tag = "Pages",
    summary = "Make a client",
    description = "By the rules of dynamic registration. A secret is shown in the answer, and nowhere again.",
    request_body(content = forms::NewClientForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 200, description = "The client with its secret, or the form with what is wrong.", body = String, content_type = "text/html"),
        (status = 303, description = "To the client's page: it is made, and has no secret."),
        (status = 401, description = "Nobody is signed in."),
        (status = 403, description = "`auth.key_required`: guests have no clients.")
    )
)]
pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let Some(kind) = ClientKind::from_word(fields.get("kind")) else {
        return Err(Failure::malformed("there is no such kind of client"));
    };
    let t = browser.texts();
    let made = browser.changing(&app, caller, move |app, visitor, origin| {
        let person = visitor.person();
        let draft = match entered::read(kind, &fields, t) {
            Ok(draft) => draft,
            Err(again) => return Ok((visitor, Err(*again))),
        };
        app.take(caller, Act::Registration)?;
        let made = app
            .provider()
            .create_own_client(&person, kind, &draft, origin);
        Ok(match made {
            Ok(made) => (visitor, Ok(made)),
            Err(error) => (visitor, Err(entered::refused(kind, draft, error, t)?)),
        })
    });
    let (visitor, made) = made.await?;
    let shell = browser.shell(&app, Some(&visitor));
    let made = match made {
        Ok(made) => made,
        Err(form) => return Ok(browser.page(&NewClientPage { shell, form })),
    };
    let id = made.client.id.as_str();
    let Some(secret) = &made.secret else {
        return Ok(noticed_at(id, DeveloperNotice::Created));
    };
    Ok(browser.page(&ClientSecretPage {
        shell,
        name: client_name(id, &made.client.metadata),
        client_id: id.to_owned(),
        secret: secret.expose().to_owned(),
        old_until: None,
    }))
}
