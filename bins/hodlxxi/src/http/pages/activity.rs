//! What was done with an account, and who tried in vain, as `/account` shows it: page by page.

use std::collections::BTreeMap;

use hodlxxi_audit::history::Series;
use hodlxxi_kernel::audit::{AuditId, Part};
use hodlxxi_kernel::{ClientId, StoreError};
use hodlxxi_oauth::client::RedirectUri;

use crate::compose::App;
use crate::people::Visitor;
use crate::views::{ActivityList, ActivityRow, Moment, Texts, describe_act, device};

/// Lines of a page of acts.
const ACTS: usize = 30;
/// Lines of a page of failed sign-ins.
const FAILURES: usize = 5;

/// A page of `part` of what concerns the visitor, beginning after `before`: what the page before it said, or else
/// with the newest.
pub(super) fn list(
    app: &App,
    t: Texts,
    visitor: &Visitor,
    part: Part,
    before: &str,
) -> Result<ActivityList, StoreError> {
    let before = before.parse::<AuditId>().ok();
    let lines = match part {
        Part::Acts => ACTS,
        Part::FailedSignIns => FAILURES,
    };
    let person = &visitor.session.user.id;
    let history = app
        .auditor()
        .history(person, part, before.as_ref(), lines)?;
    let mut names = BTreeMap::new();
    let clients = history.series.iter();
    for client in clients.filter_map(|series| series.newest.client.as_ref()) {
        if !names.contains_key(client) {
            names.insert(client.clone(), name(app, client)?);
        }
    }
    let rows = history.series.iter();
    Ok(ActivityList {
        rows: rows.map(|series| row(t, series, &names)).collect(),
        next: history.next.map(String::from),
        is_later: before.is_some(),
    })
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

fn row(t: Texts, series: &Series, names: &BTreeMap<String, String>) -> ActivityRow {
    let record = &series.newest;
    let detail = record.detail.as_deref();
    let (what, warning) = describe_act(&record.action, &record.outcome, detail);
    let personal = record.personal.as_ref();
    let client = record.client.as_ref();
    let user_agent = personal.and_then(|personal| personal.user_agent.as_deref());
    ActivityRow {
        what: t.get(what),
        warning,
        application: client.and_then(|client| names.get(client).cloned()),
        at: Moment(record.at.as_unix()),
        count: series.count,
        since: Moment(series.since.as_unix()),
        address: personal.and_then(|personal| personal.address.clone()),
        device: user_agent.map(|text| device(t, Some(text))),
    }
}
