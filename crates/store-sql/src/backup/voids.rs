//! What a restore voids: whatever lets somebody in, or remembers a yes, may have been taken back
//! since the backup was made, and nobody can tell. People sign in again, and are asked again.
//!
//! Deliberately absent: accounts, linked keys, clients and signing keys. Without them there would be
//! nothing to restore; what was disabled or removed among them since, an operator must do again.

use hodlxxi_backup::Contents;

/// One thing that a restore voids, where the backup has it.
struct Void {
    table: &'static str,
    /// The column that it is about, where that came later than the table.
    column: Option<&'static str>,
    sql: &'static str,
}

impl Void {
    const fn rows_of(table: &'static str, sql: &'static str) -> Self {
        Self {
            table,
            column: None,
            sql,
        }
    }
}

/// In this order; plain SQL that both databases understand.
const VOIDS: [Void; 10] = [
    // Sessions that were ended since. People sign in again.
    Void::rows_of("sessions", "DELETE FROM sessions;"),
    // Which applications took part in them.
    Void::rows_of("session_clients", "DELETE FROM session_clients;"),
    // Codes that were redeemed since.
    Void::rows_of("authorization_codes", "DELETE FROM authorization_codes;"),
    // Tokens that were used, rotated or revoked since, and the grants behind them.
    Void::rows_of("refresh_tokens", "DELETE FROM refresh_tokens;"),
    Void::rows_of("access_tokens", "DELETE FROM access_tokens;"),
    Void::rows_of("grants", "DELETE FROM grants;"),
    // Sign-ins with a Lightning wallet that were redeemed since.
    Void::rows_of("lnurl_sessions", "DELETE FROM lnurl_sessions;"),
    // Consents that were withdrawn since. People are asked again.
    Void::rows_of("consents", "DELETE FROM consents;"),
    // Initial access tokens that were used up since.
    Void::rows_of(
        "initial_access_tokens",
        "DELETE FROM initial_access_tokens;",
    ),
    // The name under which Redis keeps what is short-lived: with a new one, what it kept is void.
    Void {
        table: "schema_info",
        column: Some("deployment"),
        sql: "UPDATE schema_info SET deployment = NULL;",
    },
];

/// The statements that void it in a database of `contents`, each with its semicolon.
pub(super) fn statements(contents: &Contents) -> impl Iterator<Item = &'static str> {
    VOIDS.iter().filter_map(|void| {
        let table = contents.tables.get(void.table)?;
        let has = |column: &str| table.columns.iter().any(|name| name == column);
        void.column.is_none_or(has).then_some(void.sql)
    })
}
