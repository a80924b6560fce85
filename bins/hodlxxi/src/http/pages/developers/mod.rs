//! `/developers`: a person's own clients.

mod entered;
pub(in crate::http) mod new;
pub(in crate::http) mod own;
pub(in crate::http) mod playground;

use actix_web::{HttpResponse, web};
use hodlxxi_kernel::SignInMethod;
use hodlxxi_oauth::client::{Client, ClientKind};
use hodlxxi_oauth::provider::MOST_OWN_CLIENTS;
use serde::Deserialize;

use super::{Browser, see_other};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::people::Visitor;
use crate::views::{
    Developer, DeveloperNotice, DevelopersPage, Moment, OwnClientRow, Texts, client_name, kind_name,
};

/// The query of the pages: what just happened.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    notice: String,
}

/// `GET /developers`
#[utoipa::path(
    get,
    path = "/developers",
    operation_id = "showDevelopers",
    tag = "Pages",
    summary = "A person's own clients",
    description = "The clients of whoever is signed in, and where new ones begin.",
    params(("notice" = Option<String>, Query, description = "A word on what just happened.")),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let session = browser.session();
    let (visitor, clients) = hop(&app, move |app| {
        let Some(visitor) = app.visitor(session.as_ref())? else {
            return Ok((None, Vec::new()));
        };
        let clients = app.provider().own_clients(&visitor.person())?;
        Ok::<_, Failure>((Some(visitor), clients))
    })
    .await?;
    Ok(browser.page(&DevelopersPage {
        shell: browser.shell(&app, visitor.as_ref()),
        notice: DeveloperNotice::from_word(&query.notice),
        developer: developer(visitor.as_ref()),
        clients: clients
            .iter()
            .map(|client| row(client, browser.texts()))
            .collect(),
        most: MOST_OWN_CLIENTS,
    }))
}

fn developer(visitor: Option<&Visitor>) -> Developer {
    match visitor.map(|visitor| visitor.session.method()) {
        None => Developer::Nobody,
        Some(SignInMethod::Guest) => Developer::Guest,
        Some(_) => Developer::Person,
    }
}

fn row(client: &Client, t: Texts) -> OwnClientRow {
    OwnClientRow {
        id: client.id.to_string(),
        name: client_name(client.id.as_str(), &client.metadata),
        kind: kind_name(ClientKind::of(&client.metadata), t),
        created_at: Moment(client.created_at.as_unix()),
        last_used_at: client.last_used_at.map(|at| Moment(at.as_unix())),
        disabled: client.disabled_at.is_some(),
    }
}

/// Back to the list, with a word on what happened.
fn noticed(notice: DeveloperNotice) -> HttpResponse {
    see_other(&format!("/developers?notice={}", notice.as_word()))
}

/// Back to a client, with a word on what happened.
fn noticed_at(client: &str, notice: DeveloperNotice) -> HttpResponse {
    let notice = notice.as_word();
    see_other(&format!("/developers/clients/{client}?notice={notice}"))
}
