//! The load itself, for a moment on each operation: so that it works when it is wanted. Any answer of
//! the server other than the one expected ends it.

use std::process::Command;

use hodlxxi_tests::programs::output;

#[test]
fn every_operation_is_measured_on_both_databases() {
    let mut load = Command::new(env!("CARGO_BIN_EXE_hodlxxi-load"));
    load.args(["--seconds", "0.1", "--rounds", "1", "--connections", "8"]);
    let report = output(&mut load);
    for title in ["### SQLite", "### PostgreSQL and Redis"] {
        assert_eq!(report.matches(title).count(), 1, "{report}");
    }
    let operations = [
        "discovery",
        "client credentials",
        "introspection",
        "userinfo",
        "authorize",
        "code grant",
        "refresh",
        "sign-in",
    ];
    for operation in operations {
        let rows = report
            .lines()
            .filter(|line| line.starts_with(&format!("| {operation}")));
        let expected = if operation == "code grant" { 4 } else { 2 };
        assert_eq!(rows.count(), expected, "{operation} in\n{report}");
    }
}
