//! What a restore voids: whatever lets somebody in, or remembers a yes, may have been taken back
//! since the backup was made, and nobody can tell. People sign in again, and are asked again. And what
//! it writes down: that it was, whom to tell, and that uses of before are forgotten.
//!
//! Deliberately absent: accounts, linked keys, clients and signing keys. Without them there would be
//! nothing to restore; what was disabled or removed among them since, an operator must do again.

use hodlxxi_backup::{Contents, DatabaseKind};
use hodlxxi_kernel::audit::{AuditEntry, AuditRecord};
use hodlxxi_kernel::{CLOCKS_APART, Clock, memory_begins};

use super::contents::literal;

/// One thing that a restore does to what is restored.
struct Void {
    table: &'static str,
    /// The column that it is about, where that came later than the table.
    column: Option<&'static str>,
    sql: String,
}

impl Void {
    fn new(table: &'static str, sql: impl Into<String>) -> Self {
        Self {
            table,
            column: None,
            sql: sql.into(),
        }
    }

    fn of_column(table: &'static str, column: &'static str, sql: impl Into<String>) -> Self {
        Self {
            column: Some(column),
            ..Self::new(table, sql)
        }
    }

    /// Whether the backup has what it is about.
    fn is_about(&self, contents: &Contents) -> bool {
        contents.tables.get(self.table).is_some_and(|table| {
            let has = |column: &str| table.columns.iter().any(|name| name == column);
            self.column.is_none_or(has)
        })
    }
}

/// The statements that do it, each with its semicolon.
pub(super) struct Voids {
    /// Those that the schema of the backup allows: in the transaction that restores it.
    pub(super) at_once: Vec<String>,
    /// The others: in the one that brings that schema up to date.
    pub(super) migrated: Vec<String>,
}

impl Voids {
    /// What is to be done to a database of `contents`; `act` says who restores it, and when.
    pub(super) fn of(contents: &Contents, act: &AuditEntry, clock: &dyn Clock) -> Self {
        let voids = voids(contents.database, act, clock);
        let (at_once, migrated): (Vec<_>, Vec<_>) =
            voids.into_iter().partition(|void| void.is_about(contents));
        let statements = |voids: Vec<Void>| voids.into_iter().map(|void| void.sql).collect();
        Self {
            at_once: statements(at_once),
            migrated: statements(migrated),
        }
    }
}

/// In this order; plain SQL, and the same for both databases where nothing else is said.
fn voids(database: DatabaseKind, act: &AuditEntry, clock: &dyn Clock) -> [Void; 14] {
    [
        // Applications that are to hear of the end of a session, of those that the backup knows.
        Void::new("logout_deliveries", logouts(act)),
        // Sessions that were ended since. People sign in again.
        Void::new("sessions", "DELETE FROM sessions;"),
        // Which applications took part in them.
        Void::new("session_clients", "DELETE FROM session_clients;"),
        // Codes that were redeemed since.
        Void::new("authorization_codes", "DELETE FROM authorization_codes;"),
        // Tokens that were used, rotated or revoked since, and the grants behind them.
        Void::new("refresh_tokens", "DELETE FROM refresh_tokens;"),
        Void::new("access_tokens", "DELETE FROM access_tokens;"),
        Void::new("grants", "DELETE FROM grants;"),
        // Sign-ins with a Lightning wallet that were redeemed since.
        Void::new("lnurl_sessions", "DELETE FROM lnurl_sessions;"),
        // Consents that were withdrawn since. People are asked again.
        Void::new("consents", "DELETE FROM consents;"),
        // Initial access tokens that were used up since.
        Void::new(
            "initial_access_tokens",
            "DELETE FROM initial_access_tokens;",
        ),
        // Deletions that were asked for, and perhaps cancelled since: nobody is deleted by mistake.
        Void::of_column("users", "deletes_at", "UPDATE users SET deletes_at = NULL;"),
        // The name under which Redis keeps what is short-lived: with a new one, what it kept is void.
        Void::of_column(
            "schema_info",
            "deployment",
            "UPDATE schema_info SET deployment = NULL;",
        ),
        // Challenges and assertions that were used since.
        Void::of_column("schema_info", "remembers_since", memory(database, clock)),
        // That it was done.
        Void::new("audit_entries", entry(database, act)),
    ]
}

/// Queues a logout for each application that took part in a session and has an address for it. The
/// metadata are JSON as this program writes it, in which no other member's text can look like this.
fn logouts(act: &AuditEntry) -> String {
    format!(
        "INSERT INTO logout_deliveries (id, client_id, user_id, session_id, attempts, due_at) \
         SELECT p.session_id || '.' || p.client_id, p.client_id, p.user_id, p.session_id, 0, {} \
         FROM session_clients p JOIN clients c ON c.id = p.client_id \
         WHERE c.metadata LIKE '%\"backchannel_logout_uri\":\"%' ON CONFLICT (id) DO NOTHING;",
        act.at.as_unix()
    )
}

/// Nodes on PostgreSQL go by its clock.
fn memory(database: DatabaseKind, clock: &dyn Clock) -> String {
    let since = match database {
        DatabaseKind::Sqlite => memory_begins(clock).to_string(),
        DatabaseKind::Postgres => {
            format!("(extract(epoch FROM clock_timestamp()) * 1000)::bigint + {CLOCKS_APART}")
        }
    };
    format!("UPDATE schema_info SET remembers_since = {since};")
}

/// Writes the act down. An operator's concerns nobody: of its personal fields there is the salt alone.
fn entry(database: DatabaseKind, act: &AuditEntry) -> String {
    let bytes = |bytes: &[u8]| match database {
        DatabaseKind::Sqlite => format!("X'{}'", hex::encode(bytes)),
        DatabaseKind::Postgres => format!("decode('{}', 'hex')", hex::encode(bytes)),
    };
    let record = AuditRecord::from(act);
    let detail = record.detail.as_deref().map(literal);
    let salt = record.personal.map(|personal| bytes(&personal.salt));
    format!(
        "INSERT INTO audit_entries \
         (id, seal, happened_at, action, outcome, actor, detail, personal_hash, salt) \
         VALUES ({}, 0, {}, {}, {}, {}, {}, {}, {});",
        literal(record.id.as_str()),
        record.at.as_unix(),
        literal(&record.action),
        literal(&record.outcome),
        literal(&record.actor),
        detail.as_deref().unwrap_or("NULL"),
        bytes(&record.personal_hash),
        salt.as_deref().unwrap_or("NULL"),
    )
}
