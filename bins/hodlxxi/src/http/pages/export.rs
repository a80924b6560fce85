//! `/account/export`: everything that is kept of a person, to take along.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use hodlxxi_auth::account::{Device, DisplayName, LinkedKey, Session, User};
use hodlxxi_kernel::audit::{AuditRecord, Part};
use hodlxxi_oauth::client::Client;
use hodlxxi_oauth::grant::Connection;
use serde_json::{Value, json};

use super::Browser;
use super::account::{or_confirm, with_applications};
use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::Caller;

/// The most entries of each part of the audit log that go along, the newest.
const ACTIVITY: u32 = 10_000;

/// `GET /account/export`
#[utoipa::path(
    get,
    path = "/account/export",
    operation_id = "exportAccount",
    tag = "Pages",
    summary = "Everything kept of the account",
    description = "Profile, keys, sessions, devices, connected applications, activity and failed sign-ins (the newest 10,000 entries of each), as one JSON document to be saved.",
    security(("session" = [])),
    responses(
        (status = 200, description = "The document, as an attachment.", body = Value, content_type = "application/json"),
        (status = 303, description = "To `/login`, where the sign-in is more than five minutes ago."),
        (status = 401, description = "Nobody is signed in.")
    )
)]
pub(crate) async fn download(
    app: web::Data<App>,
    caller: Caller,
    browser: Browser,
) -> Result<HttpResponse, Failure> {
    let document = browser.changing(&app, caller, |app, visitor, origin| {
        let (of, people) = (visitor.session, app.sign_in());
        people.note_export(&of, origin)?;
        let keys = people.linked_keys(&of)?;
        let sessions = with_applications(app, people.sessions(&of)?)?;
        let devices = people.devices(&of)?;
        let connections = app.provider().connections(&of.user.id)?;
        let log = app.auditor().store();
        let part = |part| log.concerning(&of.user.id, part, None, ACTIVITY);
        let (activity, failures) = (part(Part::Acts)?, part(Part::FailedSignIns)?);
        Ok(json!({
            "issuer": app.issuer(),
            "exported_at": app.now().as_unix(),
            "account": account(&of.user),
            "keys": keys.iter().map(key).collect::<Vec<_>>(),
            "sessions": sessions.iter().map(session_told).collect::<Vec<_>>(),
            "devices": devices.iter().map(device_told).collect::<Vec<_>>(),
            "connections": connections.iter().map(connection).collect::<Vec<_>>(),
            "activity": activity.iter().map(act).collect::<Vec<_>>(),
            "failed_sign_ins": failures.iter().map(act).collect::<Vec<_>>(),
        }))
    });
    let saved_as = "attachment; filename=\"hodlxxi-account.json\"";
    or_confirm(document.await.map(|document| {
        HttpResponse::Ok()
            .insert_header((CONTENT_DISPOSITION, saved_as))
            .content_type("application/json")
            .body(format!("{document:#}\n"))
    }))
}

fn account(user: &User) -> Value {
    json!({
        "user_id": user.id,
        "name": user.name.as_ref().map(DisplayName::as_str),
        "granted_level": user.granted_level,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "merged_at": user.merged_at,
    })
}

fn key(key: &LinkedKey) -> Value {
    json!({
        "identity": key.identity.to_string(),
        "pubkey": key.public_key.map(|key| key.to_hex()),
        "npub": key.public_key.map(|key| key.npub()),
        "method": key.method,
        "address": key.address,
        "label": key.label.as_ref().map(DisplayName::as_str),
        "added_at": key.added_at,
        "last_used_at": key.last_used_at,
        "primary_since_at": key.primary_since,
        "frozen_at": key.frozen_at,
    })
}

fn session_told((session, applications): &(Session, Vec<Client>)) -> Value {
    let told = |client: &Client| json!({"client_id": client.id, "client_name": client.metadata.client_name});
    json!({
        "session_id": session.id,
        "method": session.method(),
        "identity": session.identity().map(ToString::to_string),
        "auth_time": session.auth_time,
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
        "user_agent": session.user_agent,
        "applications": applications.iter().map(told).collect::<Vec<_>>(),
    })
}

fn device_told(device: &Device) -> Value {
    json!({
        "user_agent": device.user_agent,
        "identity": device.identity.as_ref().map(ToString::to_string),
        "first_seen_at": device.first_seen_at,
    })
}

fn connection(connection: &Connection) -> Value {
    json!({
        "client_id": connection.client.id,
        "client_name": connection.client.metadata.client_name,
        "scope": connection.scope,
        "first_allowed_at": connection.first_allowed_at,
        "last_used_at": connection.last_used_at,
    })
}

fn act(record: &AuditRecord) -> Value {
    let personal = record.personal.as_ref();
    json!({
        "at": record.at,
        "action": record.action,
        "outcome": record.outcome,
        "client_id": record.client,
        "key": personal.and_then(|personal| personal.key.as_deref()),
        "address": personal.and_then(|personal| personal.address.as_deref()),
        "user_agent": personal.and_then(|personal| personal.user_agent.as_deref()),
        "detail": record.detail,
    })
}
