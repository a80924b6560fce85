//! `/admin/clients`: all clients, and what administrators do with them.

use actix_web::{HttpResponse, web};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{ClientId, ClientTier};
use hodlxxi_oauth::client::{Client, ClientKind};
use serde::Deserialize;

use super::{ROWS, address, noticed, sign_in_again};
use crate::admin::Administrator;
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::http::pages::{Browser, PageForm};
use crate::views::{
    AdminClientRow, AdminClientsPage, AdminNotice, Moment, Texts, client_name, kind_name,
};

const PATH: &str = "/admin/clients";

/// The query of the list.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    notice: String,
}

/// `GET /admin/clients`
#[utoipa::path(
    get,
    path = "/admin/clients",
    operation_id = "showAllClients",
    tag = "Pages",
    summary = "All clients",
    params(
        ("q" = Option<String>, Query, description = "What is in the name, the id or a redirect URI."),
        ("before" = Option<String>, Query, description = "The client after which the page begins."),
        ("notice" = Option<String>, Query, description = "A word on what just happened.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "Whoever asks is no administrator.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let Query { q, before, notice } = query.into_inner();
    let (session, text) = (browser.session(), q.clone());
    let (visitor, page) = hop(&app, move |app| {
        let visitor = app.administrator(session.as_ref())?;
        let before: Option<ClientId> = before.parse().ok();
        let page = app
            .provider()
            .search_clients(&text, before.as_ref(), ROWS as usize)?;
        Ok::<_, Failure>((visitor, page))
    })
    .await?;
    let t = browser.texts();
    let next = page.next.as_ref().map(ClientId::as_str);
    Ok(browser.page(&AdminClientsPage {
        shell: browser.shell(&app, Some(&visitor)),
        notice: AdminNotice::from_word(&notice),
        clients: page.clients.iter().map(|client| row(client, t)).collect(),
        next: next.map(|next| address(PATH, &[("q", &q), ("before", next)])),
        query: q,
    }))
}

fn row(client: &Client, t: Texts) -> AdminClientRow {
    let metadata = &client.metadata;
    AdminClientRow {
        id: client.id.to_string(),
        name: client_name(client.id.as_str(), metadata),
        redirect_uris: metadata
            .redirect_uris
            .iter()
            .map(|uri| uri.as_str().to_owned())
            .collect(),
        kind: kind_name(ClientKind::of(metadata), t),
        owner: client.owner.as_ref().map(ToString::to_string),
        verified: client.verified,
        tier: client.tier.as_str(),
        disabled: client.disabled_at.is_some(),
        created_at: Moment(client.created_at.as_unix()),
        last_used_at: client.last_used_at.map(|at| Moment(at.as_unix())),
    }
}

/// What is done with a client.
#[derive(Clone, Copy)]
enum Act {
    Verified(bool),
    Disabled(bool),
    Tier(ClientTier),
}

impl Act {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "verify" => Self::Verified(true),
            "unverify" => Self::Verified(false),
            "disable" => Self::Disabled(true),
            "enable" => Self::Disabled(false),
            tier => Self::Tier(tier.parse().ok()?),
        })
    }

    /// Does it; answers whether the client exists.
    fn run(self, app: &App, id: &ClientId, origin: &Origin) -> Result<bool, Failure> {
        let provider = app.provider();
        Ok(match self {
            Self::Verified(verified) => provider.set_client_verified(id, verified, origin)?,
            Self::Disabled(disabled) => provider.set_client_disabled(id, disabled, origin)?,
            Self::Tier(tier) => provider.set_client_tier(id, tier, origin)?,
        })
    }
}

/// `POST /admin/clients`
#[utoipa::path(
    post,
    path = "/admin/clients",
    operation_id = "changeAnyClient",
    tag = "Pages",
    summary = "Verify, disable or enable a client, or give it a tier",
    request_body(content = forms::AdminClientForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To the client, with what happened; or to `/login`, where the sign-in is older than five minutes."),
        (status = 400, description = "There is no such act."),
        (status = 404, description = "Whoever asks is no administrator.")
    )
)]
pub(crate) async fn change(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let client = fields.get("client_id").to_owned();
    let act = Act::from_word(fields.get("act"));
    let act = act.ok_or_else(|| Failure::malformed("there is no such act"))?;
    let (session, origin) = (browser.session(), browser.origin());
    let id: Option<ClientId> = client.parse().ok();
    let done = hop(&app, move |app| {
        let Administrator::Fresh(visitor) = app.changing_administrator(session.as_ref(), caller)?
        else {
            return Ok(None);
        };
        let origin = visitor.administrating(&origin);
        let existed = id.map(|id| act.run(app, &id, &origin)).transpose()?;
        Ok::<_, Failure>(Some(existed.unwrap_or_default()))
    })
    .await?;
    let there = [("q", client.as_str())];
    Ok(match done {
        None => sign_in_again(PATH, &there),
        Some(true) => noticed(PATH, &there, AdminNotice::Done),
        Some(false) => noticed(PATH, &there, AdminNotice::Gone),
    })
}
