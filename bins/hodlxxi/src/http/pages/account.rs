//! `/account`: profile, keys, sessions, connected applications and activity.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::{DisplayName, LinkedKey, Session};
use hodlxxi_kernel::audit::Part;
use hodlxxi_kernel::{ClientId, SessionId, SignInMethod, StoreError};
use hodlxxi_oauth::client::{Client, RedirectUri};
use hodlxxi_oauth::grant::Connection;
use serde::Deserialize;

use super::{Browser, PageForm, activity, see_other};
use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::forms;
use crate::http::private_key;
use crate::people::Visitor;
use crate::views::{
    AccountNotice, AccountPage, ConnectionRow, KeyRow, Moment, SessionRow, Texts, describe_scopes,
    device,
};

/// The query of `/account`: what just happened, and where its lists begin.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    notice: String,
    before: String,
    failed_before: String,
}

/// `GET /account`
#[utoipa::path(
    get,
    path = "/account",
    operation_id = "showAccount",
    tag = "Pages",
    summary = "The account",
    description = "Profile, linked keys, sessions, connected applications, activity and failed sign-ins.",
    params(
        ("notice" = Option<String>, Query, description = "A word on what just happened."),
        ("before" = Option<String>, Query, description = "Where the activity goes on: as the link to what is older has it."),
        ("failed_before" = Option<String>, Query, description = "Where the failed sign-ins go on, in the same way.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 303, description = "To `/login`: nobody is signed in.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    query: web::Query<Query>,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let (session, t) = (browser.session(), browser.texts());
    let Query {
        notice,
        before,
        failed_before,
    } = query.into_inner();
    let found = hop(&app, move |app| {
        let Some(visitor) = app.visitor(session.as_ref())? else {
            return Ok(None);
        };
        let keys = app.sign_in().linked_keys(&visitor.session)?;
        let sessions = app.sign_in().sessions(&visitor.session)?;
        let sessions = with_applications(app, sessions)?;
        let connections = app.provider().connections(&visitor.session.user.id)?;
        let activity = activity::list(app, t, &visitor, Part::Acts, &before)?;
        let failures = activity::list(app, t, &visitor, Part::FailedSignIns, &failed_before)?;
        let lists = (activity, failures);
        Ok::<_, Failure>(Some((visitor, keys, sessions, connections, lists)))
    })
    .await?;
    let Some((visitor, keys, sessions, connections, (activity, failures))) = found else {
        return Ok(see_other("/login?continue=%2Faccount"));
    };
    let user = &visitor.session.user;
    let mut sessions: Vec<_> = sessions
        .iter()
        .map(|(session, applications)| session_row(t, &visitor, session, applications))
        .collect();
    sessions.sort_by_key(|row| !row.current);
    Ok(browser.page(&AccountPage {
        shell: browser.shell(&app, Some(&visitor)),
        notice: AccountNotice::from_word(&notice),
        user_id: user.id.to_string(),
        name: user
            .name
            .as_ref()
            .map_or_else(String::new, |name| name.as_str().to_owned()),
        access_level: visitor.level.as_str(),
        guest: visitor.session.method() == SignInMethod::Guest,
        created_at: Moment(user.created_at.as_unix()),
        offer_second_key: keys.len() == 1 && user.one_key_enough_at.is_none(),
        keys: key_rows(t, &visitor, &keys),
        sessions,
        connections: connections
            .iter()
            .map(|connection| connection_row(t, connection))
            .collect(),
        activity,
        failures,
    }))
}

fn key_rows(t: Texts, visitor: &Visitor, keys: &[LinkedKey]) -> Vec<KeyRow> {
    let primary = LinkedKey::primary(keys).map(|key| &key.identity);
    keys.iter()
        .map(|key| key_row(t, visitor, key, primary == Some(&key.identity)))
        .collect()
}

fn key_row(t: Texts, visitor: &Visitor, key: &LinkedKey, primary: bool) -> KeyRow {
    KeyRow {
        id: key.identity.to_string(),
        label: key.label.as_ref().map(|label| label.as_str().to_owned()),
        kind: method_words(t, key.method),
        public_key: key.public_key.map(|key| key.to_hex()),
        npub: key.public_key.map(|key| key.npub()),
        address: key.address.clone(),
        added_at: Moment(key.added_at.as_unix()),
        last_used_at: Moment(key.last_used_at.as_unix()),
        current: visitor.session.identity() == Some(&key.identity),
        primary,
        frozen_at: key.frozen_at.map(|at| Moment(at.as_unix())),
    }
}

/// The sessions, each with the applications that got tokens for it.
pub(super) fn with_applications(
    app: &App,
    sessions: Vec<Session>,
) -> Result<Vec<(Session, Vec<Client>)>, StoreError> {
    let ids: Vec<_> = sessions.iter().map(|session| session.id.clone()).collect();
    let mut applications: HashMap<SessionId, Vec<Client>> = HashMap::new();
    for told in app.provider().participants(&ids)? {
        applications
            .entry(told.session)
            .or_default()
            .push(told.client);
    }
    let with = |session: Session| {
        let theirs = applications.remove(&session.id);
        (session, theirs.unwrap_or_default())
    };
    Ok(sessions.into_iter().map(with).collect())
}

fn session_row(
    t: Texts,
    visitor: &Visitor,
    session: &Session,
    applications: &[Client],
) -> SessionRow {
    SessionRow {
        id: session.id.to_string(),
        device: device(t, session.user_agent.as_deref()),
        method: method_words(t, session.method()),
        applications: applications.iter().map(named_with_host).collect(),
        signed_in_at: Moment(session.auth_time.as_unix()),
        last_seen_at: Moment(session.last_seen_at.as_unix()),
        current: session.id == visitor.session.id,
    }
}

/// A way to sign in, in words.
pub(super) fn method_words(t: Texts, method: SignInMethod) -> String {
    t.get(&format!("method-{}", method.as_str())).into_owned()
}

/// The host that an application sends people back to.
fn host(client: &Client) -> String {
    let first = client.metadata.redirect_uris.first();
    first.map(RedirectUri::shown_host).unwrap_or_default()
}

fn named_with_host(client: &Client) -> String {
    let host = host(client);
    match &client.metadata.client_name {
        Some(name) => format!("{name} ({host})"),
        None => host,
    }
}

fn connection_row(t: Texts, connection: &Connection) -> ConnectionRow {
    let client = &connection.client;
    let host = host(client);
    ConnectionRow {
        client_id: client.id.to_string(),
        name: client
            .metadata
            .client_name
            .clone()
            .unwrap_or_else(|| host.clone()),
        host,
        verified: client.verified,
        scopes: describe_scopes(t, &connection.scope, client.is_pairwise()),
        first_allowed_at: Moment(connection.first_allowed_at.as_unix()),
        last_used_at: connection.last_used_at.map(|at| Moment(at.as_unix())),
    }
}

/// What was answered; or, where that takes a fresh sign-in, the way to one and back to the account.
pub(super) fn or_confirm(outcome: Result<HttpResponse, Failure>) -> Result<HttpResponse, Failure> {
    match outcome {
        Err(failure) if failure.code == Failure::REAUTHENTICATION => Ok(see_other(
            "/login?continue=%2Faccount%3Fnotice%3Dconfirmed%23keys",
        )),
        outcome => outcome,
    }
}

/// The page, with a word on what happened.
pub(super) fn with_notice(notice: AccountNotice) -> String {
    format!("/account?notice={}", notice.as_word())
}

/// Back to the page, with a word on what happened.
pub(super) fn noticed(notice: AccountNotice) -> HttpResponse {
    see_other(&with_notice(notice))
}

/// `POST /account/profile`
#[utoipa::path(
    post,
    path = "/account/profile",
    operation_id = "saveProfile",
    tag = "Pages",
    summary = "Change the name",
    request_body(content = forms::ProfileForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn save_profile(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let entered = form.fields.get("name").trim().to_owned();
    let name = match entered.as_str() {
        "" => None,
        entered if private_key::is_likely(entered) => {
            return Ok(noticed(AccountNotice::NameRefused));
        }
        entered => match DisplayName::parse(entered) {
            Ok(name) => Some(name),
            Err(_) => return Ok(noticed(AccountNotice::NameRefused)),
        },
    };
    let browser = form.browser;
    let renamed = browser.changing(&app, caller, move |app, visitor, origin| {
        let people = app.sign_in();
        Ok(people.rename(&visitor.session, name.as_ref(), origin)?)
    });
    renamed.await?;
    Ok(noticed(AccountNotice::NameSaved))
}

/// `POST /account/sessions/end`
#[utoipa::path(
    post,
    path = "/account/sessions/end",
    operation_id = "endOneSession",
    tag = "Pages",
    summary = "End one session",
    request_body(content = forms::SessionForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn end_session(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let ended = browser.changing(&app, caller, move |app, visitor, origin| {
        match fields.get("session").parse::<SessionId>() {
            Ok(id) => app.end_session(&visitor.session, &id, origin),
            Err(_) => Ok(false),
        }
    });
    Ok(noticed(if ended.await? {
        AccountNotice::SessionEnded
    } else {
        AccountNotice::Gone
    }))
}

/// `POST /account/sessions/end-others`
#[utoipa::path(
    post,
    path = "/account/sessions/end-others",
    operation_id = "endOtherSessions",
    tag = "Pages",
    summary = "End all other sessions",
    request_body(content = forms::BareForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn end_other_sessions(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let browser = form.browser;
    let ended = browser.changing(&app, caller, |app, visitor, origin| {
        Ok(app.end_other_sessions(&visitor.session, origin)?)
    });
    ended.await?;
    Ok(noticed(AccountNotice::OtherSessionsEnded))
}

/// `POST /account/connections/revoke`
#[utoipa::path(
    post,
    path = "/account/connections/revoke",
    operation_id = "revokeConnection",
    tag = "Pages",
    summary = "Withdraw what an application was allowed",
    request_body(content = forms::ConnectionForm, content_type = "application/x-www-form-urlencoded"),
    security(("session" = [])),
    responses(
        (status = 303, description = "To `/account`, which tells what happened."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn revoke_connection(
    app: web::Data<App>,
    caller: Caller,
    form: PageForm,
) -> Result<HttpResponse, Failure> {
    let PageForm { browser, fields } = form;
    let revoked = browser.changing(&app, caller, move |app, visitor, origin| {
        let Ok(client) = fields.get("client_id").parse::<ClientId>() else {
            return Ok(false);
        };
        let person = visitor.person();
        Ok(app.provider().disconnect(&person, &client, origin)?)
    });
    Ok(noticed(if revoked.await? {
        AccountNotice::ConnectionRevoked
    } else {
        AccountNotice::Gone
    }))
}
