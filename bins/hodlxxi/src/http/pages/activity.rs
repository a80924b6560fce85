//! The recent activity that `/account` shows.

use std::collections::BTreeMap;

use hodlxxi_kernel::audit::AuditRecord;
use hodlxxi_kernel::{ClientId, StoreError};
use hodlxxi_oauth::client::RedirectUri;

use crate::compose::App;
use crate::people::Visitor;
use crate::views::{ActivityRow, Moment, describe_act, device};

/// Entries that the page shows.
const SHOWN: u32 = 30;

/// The newest entries of the audit log that concern the visitor.
pub(super) fn recent(app: &App, visitor: &Visitor) -> Result<Vec<ActivityRow>, StoreError> {
    let log = app.auditor().store();
    let records = log.recent(&visitor.session.user.id, SHOWN)?;
    let mut names = BTreeMap::new();
    for client in records.iter().filter_map(|record| record.client.as_ref()) {
        if !names.contains_key(client) {
            names.insert(client.clone(), name(app, client)?);
        }
    }
    Ok(records.iter().map(|record| row(record, &names)).collect())
}

/// An application's name, or its host; its id once it is gone.
fn name(app: &App, id: &str) -> Result<String, StoreError> {
    let found = match id.parse::<ClientId>() {
        Ok(id) => app.provider().client(&id)?,
        Err(_) => None,
    };
    let shown = found.and_then(|client| {
        let host = client.metadata.redirect_uris.first();
        let host = host.map(RedirectUri::shown_host);
        client.metadata.client_name.or(host)
    });
    Ok(shown.unwrap_or_else(|| id.to_owned()))
}

fn row(record: &AuditRecord, names: &BTreeMap<String, String>) -> ActivityRow {
    let (what, warning) = describe_act(&record.action, &record.outcome);
    let personal = record.personal.as_ref();
    let client = record.client.as_ref();
    let user_agent = personal.and_then(|personal| personal.user_agent.as_deref());
    ActivityRow {
        what,
        warning,
        application: client.and_then(|client| names.get(client).cloned()),
        at: Moment(record.at.as_unix()),
        address: personal.and_then(|personal| personal.address.clone()),
        device: user_agent.map(|text| device(Some(text))),
    }
}
