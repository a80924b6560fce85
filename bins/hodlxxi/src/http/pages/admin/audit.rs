//! `/admin/audit`: the audit log, the newest first.

use actix_web::{HttpResponse, web};
use hodlxxi_audit::service::Search;
use hodlxxi_kernel::audit::{Action, AuditId, AuditRecord};
use serde::Deserialize;

use super::{ROWS, address};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::pages::Browser;
use crate::views::{AdminAuditPage, AdminAuditRow, Moment};

/// What is looked for; empty for all.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    action: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    client: String,
    #[serde(default)]
    before: String,
}

/// `GET /admin/audit`
#[utoipa::path(
    get,
    path = "/admin/audit",
    operation_id = "showAudit",
    tag = "Pages",
    summary = "The audit log",
    params(
        ("action" = Option<String>, Query, description = "The word of an action, or how it begins."),
        ("person" = Option<String>, Query, description = "The id of the account concerned."),
        ("client" = Option<String>, Query, description = "The id of the client concerned."),
        ("before" = Option<String>, Query, description = "The entry after which the page begins.")
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
    let query = query.into_inner();
    let session = browser.session();
    let (search, before) = (search(&query)?, query.before.parse::<AuditId>().ok());
    let (visitor, found) = hop(&app, move |app| {
        let visitor = app.administrator(session.as_ref())?;
        let found = app
            .auditor()
            .search(&search, before.as_ref(), ROWS as usize)?;
        Ok::<_, Failure>((visitor, found))
    })
    .await?;
    let wanted = [
        ("action", query.action.as_str()),
        ("person", &query.person),
        ("client", &query.client),
    ];
    let next = found.next.as_ref().map(|next| {
        let before = ("before", next.as_str());
        address("/admin/audit", &[&wanted[..], &[before]].concat())
    });
    Ok(browser.page(&AdminAuditPage {
        shell: browser.shell(&app, Some(&visitor)),
        actions: Action::ALL.map(Action::as_str).to_vec(),
        action: query.action,
        person: query.person,
        client: query.client,
        entries: found.records.into_iter().map(row).collect(),
        next,
    }))
}

/// What is looked for; a text that is no id finds nothing, which is said.
fn search(query: &Query) -> Result<Search, Failure> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let person = given(&query.person).map(|person| person.parse());
    let person = person.transpose();
    Ok(Search {
        action: given(&query.action),
        person: person.map_err(|_| Failure::malformed("that is no account's id"))?,
        client: given(&query.client),
    })
}

fn row(record: AuditRecord) -> AdminAuditRow {
    let personal = record.personal;
    AdminAuditRow {
        at: Moment(record.at.as_unix()),
        action: record.action,
        outcome: record.outcome,
        actor: record.actor,
        person: personal
            .as_ref()
            .and_then(|personal| personal.person.clone()),
        address: personal.and_then(|personal| personal.address),
        client: record.client,
        request_id: record.request_id,
        detail: record.detail,
    }
}
