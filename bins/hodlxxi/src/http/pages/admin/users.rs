//! `/admin/users`: all accounts, and what administrators do with them.

use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::{DisplayName, LinkedKey, User};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{AccessLevel, UserId};
use serde::Deserialize;

use super::{ROWS, address, noticed, sign_in_again};
use crate::admin::{Administrator, UserRef};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::http::pages::{Browser, PageForm, see_other};
use crate::views::{
    AdminKeyRow, AdminNotice, AdminUserPage, AdminUserRow, AdminUsersPage, Moment, client_name,
};

const PATH: &str = "/admin/users";

/// The query of the list.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
}

/// The query of one account's page: what just happened.
#[derive(Deserialize)]
pub(crate) struct OneQuery {
    #[serde(default)]
    notice: String,
}

/// `GET /admin/users`
#[utoipa::path(
    get,
    path = "/admin/users",
    operation_id = "showAllUsers",
    tag = "Pages",
    summary = "All accounts",
    params(
        ("q" = Option<String>, Query, description = "An account's id, or a public key linked to it."),
        ("before" = Option<String>, Query, description = "The account after which the page begins.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 303, description = "To the account that was looked for."),
        (status = 404, description = "Whoever asks is no administrator.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let Query { q, before } = query.into_inner();
    let (session, named) = (browser.session(), q.trim().parse::<UserRef>().ok());
    let (visitor, found, page) = hop(&app, move |app| {
        let visitor = app.administrator(session.as_ref())?;
        let found = named.map(|named| app.account(&named)).transpose()?;
        let before: Option<UserId> = before.parse().ok();
        let page = app.accounts().users(before.as_ref(), ROWS)?;
        Ok::<_, Failure>((visitor, found.flatten(), page))
    })
    .await?;
    if let Some(user) = found {
        return Ok(see_other(&format!("{PATH}/{}", user.id)));
    }
    let next = page.next.as_ref().map(UserId::as_str);
    Ok(browser.page(&AdminUsersPage {
        shell: browser.shell(&app, Some(&visitor)),
        query: q,
        users: page.users.iter().map(row).collect(),
        next: next.map(|next| address(PATH, &[("before", next)])),
    }))
}

fn row(user: &User) -> AdminUserRow {
    let name = user.name.as_ref().map(DisplayName::as_str);
    AdminUserRow {
        id: user.id.to_string(),
        name: name.unwrap_or(user.id.as_str()).to_owned(),
        granted: user.granted_level.map(AccessLevel::as_str),
        disabled: user.disabled_at.is_some(),
        created_at: Moment(user.created_at.as_unix()),
    }
}

fn key_row(key: &LinkedKey) -> AdminKeyRow {
    let hex = key.public_key.map(|key| key.to_hex());
    AdminKeyRow {
        key: hex.unwrap_or_else(|| key.identity.to_string()),
        method: key.method.as_str(),
        last_used_at: Moment(key.last_used_at.as_unix()),
    }
}

/// `GET /admin/users/{user_id}`
#[utoipa::path(
    get,
    path = "/admin/users/{user_id}",
    operation_id = "showUser",
    tag = "Pages",
    summary = "One account",
    params(
        ("user_id" = String, Path, description = "The account."),
        ("notice" = Option<String>, Query, description = "A word on what just happened.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such account, or whoever asks is no administrator.")
    )
)]
pub(crate) async fn one(
    app: web::Data<App>,
    path: web::Path<String>,
    query: web::Query<OneQuery>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let session = browser.session();
    let id: UserId = path.parse().map_err(|_| Failure::not_found())?;
    let (visitor, user, keys, sessions, clients) = hop(&app, move |app| {
        let visitor = app.administrator(session.as_ref())?;
        let user = app.accounts().user(&id)?.ok_or_else(Failure::not_found)?;
        let keys = app.accounts().linked_keys(&id)?;
        let sessions = app.sessions().sessions_of(&id, app.now())?.len();
        let clients = app.provider().stores().clients.clients_of(&id)?;
        Ok::<_, Failure>((visitor, user, keys, sessions, clients))
    })
    .await?;
    Ok(browser.page(&AdminUserPage {
        shell: browser.shell(&app, Some(&visitor)),
        notice: AdminNotice::from_word(&query.notice),
        user: row(&user),
        keys: keys.iter().map(key_row).collect(),
        sessions,
        clients: clients
            .iter()
            .map(|client| {
                let id = client.id.as_str();
                (id.to_owned(), client_name(id, &client.metadata))
            })
            .collect(),
    }))
}

/// What is done with an account.
#[derive(Clone, Copy)]
enum Act {
    Disable,
    Enable,
    Level(Option<AccessLevel>),
}

impl Act {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "disable" => Self::Disable,
            "enable" => Self::Enable,
            "full" => Self::Level(Some(AccessLevel::Full)),
            "special" => Self::Level(Some(AccessLevel::Special)),
            "limited" => Self::Level(None),
            _ => return None,
        })
    }

    /// Does it; answers whether the account exists.
    fn run(self, app: &App, id: &UserId, origin: &Origin) -> Result<bool, Failure> {
        Ok(match self {
            Self::Disable => app.disable_account(id, origin)?,
            Self::Enable => app.enable_account(id, origin)?,
            Self::Level(level) => app.grant_level(id, level, origin)?,
        })
    }
}

/// `POST /admin/users/{user_id}`
#[utoipa::path(
    post,
    path = "/admin/users/{user_id}",
    operation_id = "changeUser",
    tag = "Pages",
    summary = "Disable or enable an account, or give it a level",
    params(("user_id" = String, Path, description = "The account.")),
    request_body(content = forms::AdminUserForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To the account, with what happened; or to `/login`, where the sign-in is older than five minutes."),
        (status = 400, description = "There is no such act."),
        (status = 404, description = "There is no such account, or whoever asks is no administrator.")
    )
)]
pub(crate) async fn change(
    app: web::Data<App>,
    path: web::Path<String>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let id: UserId = path.parse().map_err(|_| Failure::not_found())?;
    let act = Act::from_word(fields.get("act"));
    let act = act.ok_or_else(|| Failure::malformed("there is no such act"))?;
    let (session, origin) = (browser.session(), browser.origin());
    let there = format!("{PATH}/{id}");
    let done = hop(&app, move |app| {
        let Administrator::Fresh(visitor) = app.changing_administrator(session.as_ref(), caller)?
        else {
            return Ok(None);
        };
        if visitor.session.user.id == id {
            return Ok(Some(AdminNotice::Yourself));
        }
        if act.run(app, &id, &visitor.administrating(&origin))? {
            return Ok(Some(AdminNotice::Done));
        }
        Err(Failure::not_found())
    })
    .await?;
    Ok(match done {
        None => sign_in_again(&there, &[]),
        Some(notice) => noticed(&there, &[], notice),
    })
}
