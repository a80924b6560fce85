//! `/admin`: for administrators. To everybody else these pages are not there.

pub(in crate::http) mod audit;
pub(in crate::http) mod clients;
pub(in crate::http) mod users;

use actix_web::{HttpResponse, web};
use url::form_urlencoded::Serializer;

use super::{Browser, see_other};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::views::{AdminNotice, AdminPage, Moment};

/// Rows of one page.
const ROWS: u32 = 20;

/// `GET /admin`
#[utoipa::path(
    get,
    path = "/admin",
    operation_id = "showAdmin",
    tag = "Pages",
    summary = "Administration",
    description = "Counts, and how the audit log's chain stands. For administrators (access level `special`).",
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "Whoever asks is no administrator.")
    )
)]
pub(crate) async fn show(app: web::Data<App>, browser: Browser) -> Result<HttpResponse, Failure> {
    let session = browser.session();
    let (visitor, clients, sessions, tip, waiting, checkpoint) = hop(&app, move |app| {
        let visitor = app.administrator(session.as_ref())?;
        let log = app.auditor().store();
        Ok::<_, Failure>((
            visitor,
            app.provider().stores().clients.count_clients()?,
            app.sessions().count_sessions(app.now())?,
            log.tip()?,
            log.waiting()?,
            log.checkpoint()?,
        ))
    })
    .await?;
    Ok(browser.page(&AdminPage {
        shell: browser.shell(&app, Some(&visitor)),
        clients,
        sessions,
        seals: tip.number,
        unsealed: waiting.count,
        oldest_unsealed: waiting.oldest.map(|at| Moment(at.as_unix())),
        expired: checkpoint.map(|last| (last.entries, Moment(last.expired_at.as_unix()))),
    }))
}

/// The address of `path` with these parameters, without those that are empty.
fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let given = parameters.iter().filter(|(_, value)| !value.is_empty());
    let query = Serializer::new(String::new()).extend_pairs(given).finish();
    format!("{path}?{query}")
}

/// Back to `path` with its parameters, and a word on what happened.
fn noticed(path: &str, parameters: &[(&str, &str)], notice: AdminNotice) -> HttpResponse {
    let notice = ("notice", notice.as_word());
    see_other(&address(path, &[parameters, &[notice]].concat()))
}

/// To a new sign-in, from which it goes on at `path` with its parameters.
fn sign_in_again(path: &str, parameters: &[(&str, &str)]) -> HttpResponse {
    see_other(&address(
        "/login",
        &[("continue", &address(path, parameters))],
    ))
}
